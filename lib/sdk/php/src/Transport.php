<?php

declare(strict_types=1);

namespace Lingfu;

/**
 * Sends a call until it has an answer, without doing anything twice. It is repeated where nobody knows what became of it (no
 * answer, 5xx), where Lingfu asks for a while (429) and where its first try is still under way (409 with `Retry-After`), under
 * the same idempotency key and with a fresh signature. PATCH has no such key: it is repeated after 429 alone, which changes
 * nothing.
 */
final class Transport
{
    private const VERSION = '0.1.0';
    private const FIRST_WAIT_S = 0.5;
    private const WAIT_S_MAX = 30.0;
    private const DETAIL_CHARS_MAX = 200;

    public readonly string $origin;
    private readonly ?Signing $signing;
    private readonly \Closure $sleep;

    public function __construct(
        string $baseUrl,
        private readonly string $secret,
        ?string $keyId,
        private readonly float $timeout,
        private readonly int $maxRetries,
        ?\Closure $sleep = null,
    ) {
        if (preg_match('~^(https?://[^/?#\s]+)~', $baseUrl, $found) !== 1) {
            throw new \InvalidArgumentException('baseUrl must be an http or https address');
        }
        $this->origin = $found[1];
        $this->signing = $keyId === null ? null : new Signing($keyId, $secret);
        $this->sleep = $sleep ?? static fn (float $seconds) => usleep((int) ($seconds * 1_000_000));
    }

    public function send(string $method, string $target, ?array $body = null, ?string $idempotencyKey = null): string
    {
        $key = $method === 'POST' ? $idempotencyKey ?? bin2hex(random_bytes(16)) : null;
        for ($tries = 1; ; $tries++) {
            try {
                return $this->tryOnce($method, $target, $body, $key);
            } catch (LingfuError | ConnectionError $failed) {
                $status = $failed instanceof LingfuError ? $failed->status : null;
                // The try before has removed it, and its answer was lost.
                if ($method === 'DELETE' && $tries > 1 && $status === 404) {
                    return '';
                }
                $wait = $tries <= $this->maxRetries ? self::waitBefore($method, $failed, $tries) : null;
                if ($wait === null) {
                    throw $failed;
                }
                ($this->sleep)($wait);
            }
        }
    }

    private function tryOnce(string $method, string $target, ?array $body, ?string $key): string
    {
        // An empty array is an empty object here: no call of the API takes a list.
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;
        $text = $body === null ? '' : json_encode($body === [] ? new \stdClass() : $body, $flags);
        $headers = [
            'Accept: application/json',
            'Authorization: ' . $this->authorization($method, $target, $text),
            'User-Agent: lingfu-php/' . self::VERSION,
            'Connection: close',
        ];
        if ($text !== '') {
            $headers[] = 'Content-Type: application/json';
        }
        if ($key !== null) {
            $headers[] = "Idempotency-Key: $key";
        }
        [$status, $answered, $answer] = self::request($this->origin . $target, $key, [
            'method' => $method,
            'header' => $headers,
            'content' => $text,
            'timeout' => $this->timeout,
        ]);
        if ($status >= 200 && $status < 300) {
            return $answer;
        }
        $problem = json_decode($answer, true);
        if (!is_array($problem) || !is_string($problem['code'] ?? null)) {
            $detail = "HTTP $status: " . substr($answer, 0, self::DETAIL_CHARS_MAX);
            $problem = ['code' => 'unexpected_answer', 'detail' => $detail];
        }
        throw new LingfuError($status, $problem, self::retryAfter($answered['retry-after'] ?? null));
    }

    /**
     * @param array<string, mixed> $options of the stream
     * @return array{int, array<string, string>, string} status, headers in lower case, body
     */
    private static function request(string $url, ?string $key, array $options): array
    {
        // A redirect would take the key to another place.
        $http = $options + ['ignore_errors' => true, 'follow_location' => 0, 'protocol_version' => 1.1];
        error_clear_last();
        $stream = @fopen($url, 'rb', false, stream_context_create(['http' => $http]));
        if ($stream === false) {
            throw new ConnectionError(error_get_last()['message'] ?? 'the connection failed', $key);
        }
        try {
            stream_set_timeout($stream, (int) ceil($options['timeout']));
            $answer = stream_get_contents($stream);
            $meta = stream_get_meta_data($stream);
        } finally {
            fclose($stream);
        }
        $lines = $meta['wrapper_data'] ?? [];
        $status = preg_match('~^HTTP/\S+ (\d{3})~', (string) ($lines[0] ?? ''), $found) === 1 ? (int) $found[1] : 0;
        $headers = [];
        foreach (array_slice($lines, 1) as $line) {
            [$name, $value] = array_pad(explode(':', $line, 2), 2, '');
            $headers[strtolower($name)] = trim($value);
        }
        $length = $headers['content-length'] ?? null;
        // One that breaks off counts as none.
        if ($answer === false || $status === 0 || $meta['timed_out'] || ($length !== null && strlen($answer) < (int) $length)) {
            throw new ConnectionError('the answer broke off', $key);
        }
        return [$status, $headers, $answer];
    }

    private function authorization(string $method, string $target, string $body): string
    {
        return $this->signing?->authorization($method, $target, $body, time(), bin2hex(random_bytes(16)))
            ?? "Bearer $this->secret";
    }

    private static function retryAfter(?string $text): ?float
    {
        if ($text === null) {
            return null;
        }
        if (ctype_digit($text)) {
            return (float) $text;
        }
        $at = strtotime($text);
        return $at === false ? null : (float) max(0, $at - time());
    }

    /** Seconds to wait before the next try; null where a repeat would not help, or might do the work twice. */
    private static function waitBefore(string $method, LingfuError|ConnectionError $failed, int $tries): ?float
    {
        $status = $failed instanceof LingfuError ? $failed->status : null;
        $asked = $failed instanceof LingfuError ? $failed->retryAfter : null;
        $underWay = $status === 409 && $asked !== null;
        $unknown = ($status === null || $status >= 500) && $method !== 'PATCH';
        if ($status !== 429 && !$underWay && !$unknown) {
            return null;
        }
        if ($asked !== null) {
            return $asked <= self::WAIT_S_MAX ? $asked : null;
        }
        return self::FIRST_WAIT_S * 2 ** ($tries - 1) * (0.5 + mt_rand() / mt_getrandmax() / 2);
    }
}
