<?php

declare(strict_types=1);

namespace Lingfu;

/**
 * The API of your Lingfu, for your own server. With a key id the requests are signed and the secret is never sent; without it
 * the secret is sent as a bearer key. Fields are named as in the API, whose reference is at `/docs` of your Lingfu.
 */
final class Lingfu
{
    public readonly Orders $orders;
    public readonly Refunds $refunds;
    public readonly Promotions $promotions;
    public readonly CollectionCodes $collectionCodes;
    public readonly WebhookEndpoints $webhookEndpoints;
    public readonly WebhookDeliveries $webhookDeliveries;
    public readonly Events $events;
    public readonly Reports $reports;
    public readonly Shoppers $shoppers;
    /** In sandbox mode: pays orders as a shopper would. */
    public readonly Sandbox $sandbox;
    private readonly Transport $transport;

    public function __construct(
        string $baseUrl,
        string $secret,
        ?string $keyId = null,
        ?string $sandboxUrl = null,
        float $timeout = 30,
        int $maxRetries = 3,
        ?\Closure $sleep = null,
    ) {
        $this->transport = new Transport($baseUrl, $secret, $keyId, $timeout, $maxRetries, $sleep);
        $this->orders = new Orders($this);
        $this->refunds = new Refunds($this);
        $this->promotions = new Promotions($this);
        $this->collectionCodes = new CollectionCodes($this);
        $this->webhookEndpoints = new WebhookEndpoints($this);
        $this->webhookDeliveries = new WebhookDeliveries($this);
        $this->events = new Events($this);
        $this->reports = new Reports($this);
        $this->shoppers = new Shoppers($this);
        $this->sandbox = new Sandbox($this, $this->transport->origin, $sandboxUrl);
    }

    /** The best combination of promotions for a cart; nothing is stored. */
    public function quote(array $cart): array
    {
        return $this->call('POST', ['quotes'], body: $cart);
    }

    /**
     * Any call of the API.
     *
     * @param list<string> $path what stands in the address after `/api/v1`
     * @param array<string, mixed> $query
     */
    public function call(
        string $method,
        array $path,
        array $query = [],
        ?array $body = null,
        ?string $idempotencyKey = null,
    ): ?array {
        $answer = $this->download($method, $path, $query, $body, $idempotencyKey);
        return $answer === '' ? null : json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
    }

    /** The same for a call that answers with a file. */
    public function download(
        string $method,
        array $path,
        array $query = [],
        ?array $body = null,
        ?string $idempotencyKey = null,
    ): string {
        $target = '/api/v1';
        foreach ($path as $part) {
            // An empty id, or one of dots, would name another address.
            if ($part === '' || $part === '.' || $part === '..') {
                throw new \InvalidArgumentException('an id is missing');
            }
            $target .= '/' . rawurlencode($part);
        }
        $values = array_filter($query, static fn (mixed $value): bool => $value !== null);
        $search = http_build_query(array_map(self::text(...), $values), '', '&', PHP_QUERY_RFC3986);
        return $this->transport->send($method, $search === '' ? $target : "$target?$search", $body, $idempotencyKey);
    }

    /** Every item of a list, page after page. */
    public function pages(array $path, array $query): \Generator
    {
        $cursor = null;
        do {
            $page = $this->call('GET', $path, ['cursor' => $cursor] + $query);
            // Without keys, which would begin anew on each page.
            foreach ($page['data'] as $item) {
                yield $item;
            }
            $cursor = $page['nextCursor'];
        } while ($cursor !== null);
    }

    private static function text(mixed $value): string
    {
        return match (true) {
            $value instanceof \DateTimeInterface => \DateTimeImmutable::createFromInterface($value)
                ->setTimezone(new \DateTimeZone('UTC'))
                ->format('Y-m-d\TH:i:s.v\Z'),
            is_bool($value) => $value ? 'true' : 'false',
            default => (string) $value,
        };
    }
}
