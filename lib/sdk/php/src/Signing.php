<?php

declare(strict_types=1);

namespace Lingfu;

/** Signed requests: HMAC-SHA256 with the key's secret, which itself is never sent. */
final class Signing
{
    public function __construct(private readonly string $keyId, private readonly string $secret)
    {
    }

    /** The `Authorization` of a request; `$target` is path and query exactly as they are sent. */
    public function authorization(string $method, string $target, string $body, int $timestamp, string $nonce): string
    {
        $text = "$method\n$target\n$timestamp\n$nonce\n$body\n";
        $signature = base64_encode(hash_hmac('sha256', $text, $this->secret, true));
        return "PAY-HMAC-SHA256 key_id=\"$this->keyId\",nonce=\"$nonce\",timestamp=\"$timestamp\",signature=\"$signature\"";
    }
}
