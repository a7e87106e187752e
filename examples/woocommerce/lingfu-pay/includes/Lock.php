<?php

declare(strict_types=1);

namespace LingfuPay;

/** One process at a time works on an order: a webhook, the shopper who comes back and a second webhook meet here. */
final class Lock
{
    private const WAIT_S = 10;

    /** @throws Refused when another process holds the order for too long: try again later */
    public static function hold(int $orderId, \Closure $work): mixed
    {
        global $wpdb;
        $name = 'lingfu-' . substr(md5(DB_NAME . $wpdb->prefix), 0, 12) . "-$orderId";
        if ((int) $wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, %d)', $name, self::WAIT_S)) !== 1) {
            throw new Refused(__('This order is being worked on. Please try again in a moment.', 'lingfu-pay'));
        }
        try {
            return $work();
        } finally {
            $wpdb->get_var($wpdb->prepare('SELECT RELEASE_LOCK(%s)', $name));
        }
    }
}
