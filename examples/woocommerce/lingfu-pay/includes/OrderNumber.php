<?php

declare(strict_types=1);

namespace LingfuPay;

/**
 * The number that an order has at Lingfu. It follows from the WooCommerce order and the count of its tries alone, so that a call
 * whose answer was lost is asked again under the same number. An order that the pay page made again ends in `-r2`, `-r3` …
 */
final class OrderNumber
{
    private const FORM = '/^wc([1-9]\d{0,9})-([1-9]\d?)-([0-9a-f]{8})(?:-r[1-9]\d?)?$/D';
    public const TRIES_MAX = 99;

    public static function of(\WC_Order $order, int $try): string
    {
        return "wc{$order->get_id()}-$try-" . self::tag($order);
    }

    /** The id of the WooCommerce order; null for numbers of other software. */
    public static function orderId(string $number): ?int
    {
        return preg_match(self::FORM, $number, $found) === 1 ? (int) $found[1] : null;
    }

    /** Another WooCommerce shop at the same Lingfu may have an order with the same id. */
    public static function isOf(string $number, \WC_Order $order): bool
    {
        return preg_match(self::FORM, $number, $found) === 1
            && (int) $found[1] === $order->get_id()
            && hash_equals(self::tag($order), $found[3]);
    }

    private static function tag(\WC_Order $order): string
    {
        return substr(hash('sha256', $order->get_order_key()), 0, 8);
    }
}
