<?php

declare(strict_types=1);

namespace LingfuPay;

/** An order that WooCommerce gives up must not be payable any more, and one that is paid must not be given up. */
final class Cancelling
{
    /** WooCommerce asks before it cancels an order that stayed unpaid too long. */
    public static function mayCancel(mixed $mayCancel, mixed $order): bool
    {
        if (!$mayCancel || !$order instanceof \WC_Order || $order->get_payment_method() !== Settings::ID) {
            return (bool) $mayCancel;
        }
        try {
            $found = (new Payments(Settings::client()))->close($order);
            return $found === null || $found['status'] === 'closed';
        } catch (\Throwable $unknown) {
            // What is not known is not cancelled: WooCommerce asks again at its next round.
            Settings::log('cancel', $unknown);
            return false;
        }
    }

    /** By hand, or by the shopper. */
    public static function cancelled(mixed $orderId, mixed $given = null): void
    {
        $order = $given instanceof \WC_Order ? $given : wc_get_order($orderId);
        if (!$order instanceof \WC_Order || $order->get_payment_method() !== Settings::ID) {
            return;
        }
        try {
            (new Payments(Settings::client()))->close($order);
        } catch (\Throwable $failed) {
            Settings::log('cancelled', $failed);
            $order->add_order_note(__('Lingfu could not be told that this order is cancelled. It closes there by itself; a payment until then is told here.', 'lingfu-pay'));
        }
    }

    public static function offerToAsk(array $actions, mixed $order = null): array
    {
        if ($order instanceof \WC_Order && $order->get_payment_method() === Settings::ID && !$order->is_paid()) {
            $actions['lingfu_ask'] = __('Ask Lingfu whether it is paid', 'lingfu-pay');
        }
        return $actions;
    }

    public static function ask(\WC_Order $order): void
    {
        try {
            $found = (new Payments(Settings::client()))->refresh($order);
            /* translators: %s: a status, such as pending */
            $order->add_order_note(sprintf(__('Lingfu says: %s', 'lingfu-pay'), $found['status'] ?? __('no such order', 'lingfu-pay')));
        } catch (\Throwable $failed) {
            Settings::log('ask', $failed);
            $order->add_order_note(__('Lingfu did not answer. Please try again in a moment.', 'lingfu-pay'));
        }
    }
}
