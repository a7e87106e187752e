<?php

declare(strict_types=1);

namespace LingfuPay;

use Lingfu\Lingfu;

/** What the shop's owner has set. A constant in wp-config.php, such as LINGFU_SECRET, goes before the settings page. */
final class Settings
{
    /** The payment method's name in WooCommerce. */
    public const ID = 'lingfu';
    public const OPTION = 'woocommerce_lingfu_settings';
    public const EVENTS = [
        'order.paid',
        'order.amount_mismatch',
        'payment.late',
        'payment.extra',
        'refund.succeeded',
        'refund.failed',
        'refund.abnormal',
    ];
    private const TIMEOUT_S = 10.0;

    public static function get(string $name): string
    {
        $constant = 'LINGFU_' . strtoupper($name);
        if (defined($constant)) {
            return (string) constant($constant);
        }
        $all = get_option(self::OPTION, []);
        return is_array($all) && is_string($all[$name] ?? null) ? $all[$name] : '';
    }

    public static function isComplete(): bool
    {
        return self::get('url') !== '' && self::get('secret') !== '';
    }

    /** @throws Refused while address or key are missing */
    public static function client(): Lingfu
    {
        if (!self::isComplete()) {
            throw new Refused(__('Lingfu is not set up yet: its address or key is missing.', 'lingfu-pay'));
        }
        $keyId = self::get('key_id');
        // A shopper waits for the answer, so it is tried twice and not for long.
        return new Lingfu(self::get('url'), self::get('secret'), $keyId === '' ? null : $keyId, timeout: self::TIMEOUT_S, maxRetries: 1);
    }

    public static function webhookUrl(): string
    {
        return add_query_arg('wc-api', 'lingfu_pay', home_url('/'));
    }

    public static function isCny(): bool
    {
        return get_woocommerce_currency() === 'CNY';
    }

    /** Writes to WooCommerce → Status → Logs. Errors of the SDK hold no secret. */
    public static function log(string $what, \Throwable $cause): void
    {
        wc_get_logger()->error("$what: {$cause->getMessage()}", ['source' => 'lingfu-pay']);
    }
}
