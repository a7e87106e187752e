<?php

declare(strict_types=1);

namespace Lingfu;

/** In sandbox mode: what a shopper and WeChat do, by the control calls of the sandbox WeChat Pay. */
final class Sandbox
{
    private const ASK_EVERY_US = 100_000;
    private const TIMEOUT_S = 10.0;

    public function __construct(
        private readonly Lingfu $client,
        private readonly string $origin,
        private readonly ?string $sandboxUrl,
    ) {
    }

    /**
     * Opens the order's QR code and pays it on the sandbox's phone; answers the order once it is paid. With the outcomes
     * `cancel` and `fail` it stays unpaid.
     */
    public function pay(array $order, string $outcome = 'success', ?string $openid = null, float $timeout = self::TIMEOUT_S): array
    {
        $opened = self::post("$this->origin/api/orders/" . rawurlencode($order['id']) . '/pay', ['channel' => 'native']);
        $paying = ['codeUrl' => $opened['codeUrl'], 'outcome' => $outcome] + ($openid === null ? [] : ['openid' => $openid]);
        self::post(rtrim($this->sandboxUrl ?? $this->nextPort(), '/') . '/control/pay', $paying);
        $read = fn (): array => $this->client->orders->get($order['id']);
        return $outcome === 'success' ? self::until($read, $timeout) : $read();
    }

    /** Answers the refund once WeChat has decided it. */
    public function waitForRefund(array $refund, float $timeout = self::TIMEOUT_S): array
    {
        return self::until(fn (): array => $this->client->refunds->get($refund['id']), $timeout);
    }

    /** `npm start` puts the sandbox there. */
    private function nextPort(): string
    {
        $parts = parse_url($this->origin);
        if (!isset($parts['port'])) {
            throw new \InvalidArgumentException('give sandboxUrl: it is not known where the sandbox is');
        }
        return "{$parts['scheme']}://{$parts['host']}:" . ($parts['port'] + 1);
    }

    private static function post(string $url, array $body): array
    {
        $http = [
            'method' => 'POST',
            'header' => ['Content-Type: application/json', 'Connection: close'],
            'content' => json_encode($body, JSON_THROW_ON_ERROR),
            'timeout' => self::TIMEOUT_S,
        ];
        $answer = file_get_contents($url, false, stream_context_create(['http' => $http]));
        if ($answer === false) {
            throw new \RuntimeException("$url did not do it");
        }
        return json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
    }

    /** @param \Closure(): array $read */
    private static function until(\Closure $read, float $timeout): array
    {
        $deadline = microtime(true) + $timeout;
        for (;;) {
            $thing = $read();
            if ($thing['status'] !== 'pending') {
                return $thing;
            }
            if (microtime(true) > $deadline) {
                throw new \RuntimeException("nothing happened within $timeout s; is the worker running?");
            }
            usleep(self::ASK_EVERY_US);
        }
    }
}
