<?php

declare(strict_types=1);

namespace LingfuPay;

/** What Lingfu is asked for an order with. */
final class OrderRequest
{
    private const LINES_MAX = 200;
    private const NAME_CHARS_MAX = 100;
    private const EXPIRES_S_MIN = 300;
    private const EXPIRES_S_MAX = 604_800;

    public static function of(\WC_Order $order, string $number, int $fen): array
    {
        $request = [
            'outTradeNo' => $number,
            'items' => self::lines($order, $fen) ?? [['name' => self::title($order), 'unitAmount' => $fen, 'quantity' => 1]],
            'description' => self::title($order),
            'returnUrl' => $order->get_checkout_order_received_url(),
            'metadata' => ['source' => 'woocommerce', 'order' => (string) $order->get_order_number()],
        ];
        // WooCommerce gives the goods of an unpaid order free after this time: nobody should pay later.
        $minutes = get_option('woocommerce_manage_stock') === 'yes' ? (int) get_option('woocommerce_hold_stock_minutes') : 0;
        if ($minutes > 0) {
            $request['expiresIn'] = min(max($minutes * 60, self::EXPIRES_S_MIN), self::EXPIRES_S_MAX);
        }
        return $request;
    }

    /** The goods as the shopper knows them; null where their sums are not exactly what is due, as with taxes or fees. */
    private static function lines(\WC_Order $order, int $fen): ?array
    {
        $lines = [];
        $sum = 0;
        foreach ($order->get_items() as $item) {
            $amount = Money::fen($item->get_total());
            $quantity = (int) $item->get_quantity();
            if ($amount === null || $quantity < 1) {
                return null;
            }
            $isEven = $amount % $quantity === 0;
            $name = self::text($item->get_name()) ?? self::title($order);
            $lines[] = [
                'name' => $isEven ? $name : "$name × $quantity",
                'unitAmount' => $isEven ? intdiv($amount, $quantity) : $amount,
                'quantity' => $isEven ? $quantity : 1,
            ];
            $sum += $amount;
        }
        $shipping = Money::fen($order->get_shipping_total());
        if ($shipping === null) {
            return null;
        }
        if ($shipping > 0) {
            $lines[] = ['name' => __('Shipping', 'lingfu-pay'), 'unitAmount' => $shipping, 'quantity' => 1];
        }
        return $sum + $shipping === $fen && $lines !== [] && count($lines) <= self::LINES_MAX ? $lines : null;
    }

    private static function title(\WC_Order $order): string
    {
        /* translators: %s: number of the order */
        return sprintf(__('Order %s', 'lingfu-pay'), $order->get_order_number());
    }

    /** One line without control characters, not too long; null where nothing is left. */
    public static function text(string $text, int $chars = self::NAME_CHARS_MAX): ?string
    {
        $line = trim((string) preg_replace('/[\p{C}\x{2028}\x{2029}\s]+/u', ' ', wp_strip_all_tags($text)));
        preg_match('/^.{0,' . $chars . '}/us', $line, $found);
        $short = trim($found[0] ?? '');
        return $short === '' ? null : $short;
    }
}
