<?php

declare(strict_types=1);

namespace LingfuPay;

use Lingfu\WebhookVerificationError;

/** `/?wc-api=lingfu_pay`: what Lingfu tells. Lingfu sends it again until the answer is 2xx, so the work is done before the answer. */
final class Webhook
{
    private const BYTES_MAX = 1_048_576;

    public static function receive(): void
    {
        // The bytes as they came: they are what is signed.
        $body = (string) file_get_contents('php://input', false, null, 0, self::BYTES_MAX + 1);
        status_header(strlen($body) > self::BYTES_MAX ? 413 : self::answer($body, getallheaders()));
        nocache_headers();
        exit;
    }

    /** @param array<string, string> $headers */
    private static function answer(string $body, array $headers): int
    {
        // Two while the secret is replaced, with a space between.
        $secrets = array_values(array_filter(explode(' ', Settings::get('webhook_secret'))));
        if ($secrets === []) {
            return 503;
        }
        try {
            $event = \Lingfu\Webhook::verify($body, $headers, $secrets);
        } catch (WebhookVerificationError $refused) {
            Settings::log('webhook refused', $refused);
            return 400;
        } catch (\InvalidArgumentException $unset) {
            Settings::log('webhook secret', $unset);
            return 503;
        }
        try {
            (new Payments(Settings::client()))->hear($event);
            return 204;
        } catch (\Throwable $failed) {
            Settings::log("webhook {$event['type']}", $failed);
            return 503;
        }
    }
}
