<?php

declare(strict_types=1);

namespace LingfuPay;

/** The shopper comes back from the pay page, often before the webhook. */
final class Returning
{
    /** Before anything of the page is made: Lingfu is asked, so that the page says what is true. */
    public static function arrive(): void
    {
        if (!is_order_received_page()) {
            return;
        }
        $order = self::unpaid(absint(get_query_var('order-received')));
        if ($order === null || !hash_equals($order->get_order_key(), (string) wp_unslash($_GET['key'] ?? ''))) {
            return;
        }
        try {
            (new Payments(Settings::client()))->refresh($order);
        } catch (\Throwable $failed) {
            // The webhook tells it all the same.
            Settings::log('return', $failed);
        }
    }

    /** In place of "Thank you": nothing is paid yet. */
    public static function text(mixed $text, mixed $order): mixed
    {
        return $order instanceof \WC_Order && self::unpaid($order->get_id()) !== null
            ? esc_html__('Your order is here, but we have not heard of your payment yet.', 'lingfu-pay')
            : $text;
    }

    public static function offerAgain(mixed $orderId): void
    {
        $order = self::unpaid(absint($orderId));
        if ($order === null) {
            return;
        }
        printf(
            '<p class="lingfu-pay-again"><a class="button" href="%s">%s</a> <a href="%s">%s</a></p>',
            esc_url($order->get_checkout_payment_url()),
            esc_html__('Pay by WeChat', 'lingfu-pay'),
            esc_url($order->get_checkout_order_received_url()),
            esc_html__('I have paid: look again', 'lingfu-pay'),
        );
    }

    /** The page on which Lingfu's pay page opens, where the owner wants it so. */
    public static function payHere(mixed $orderId): void
    {
        $order = self::unpaid(absint($orderId));
        $id = $order?->get_meta(Payments::CURRENT) ?? '';
        if ($order === null || $id === '') {
            return;
        }
        wp_enqueue_script('lingfu-embed', rtrim(Settings::get('url'), '/') . '/embed.js', [], null, true);
        wp_enqueue_script('lingfu-receipt', plugins_url('assets/receipt.js', PLUGIN_FILE), ['lingfu-embed'], VERSION, true);
        printf(
            '<p><button type="button" class="button alt" id="lingfu-pay" data-order="%s" data-back="%s">%s</button></p>',
            esc_attr($id),
            esc_url($order->get_checkout_order_received_url()),
            esc_html__('Pay by WeChat', 'lingfu-pay'),
        );
    }

    private static function unpaid(int $orderId): ?\WC_Order
    {
        $order = wc_get_order($orderId);
        $isOurs = $order instanceof \WC_Order && $order->get_payment_method() === Settings::ID;
        return $isOurs && $order->has_status(['pending', 'failed']) ? $order : null;
    }
}
