<?php

declare(strict_types=1);

namespace LingfuPay;

use Lingfu\LingfuError;

/**
 * Refunds from WooCommerce's screen and from Lingfu's dashboard. Each refund at Lingfu is one refund in WooCommerce, which carries its
 * id; WooCommerce writes its own down before it asks for the money.
 */
final class Refunds
{
    private const ID = '_lingfu_refund';
    /** In place of the id until Lingfu has answered. */
    private const ASKED = 'asked';
    private const REASON_CHARS_MAX = 80;

    /** WooCommerce saves the refund right after this, and then calls `ask`. */
    public static function markAsked(\WC_Order_Refund $refund, array $args): void
    {
        $order = wc_get_order($refund->get_parent_id());
        if (!$order instanceof \WC_Order || $order->get_payment_method() !== Settings::ID) {
            return;
        }
        if (isset($args['lingfu_refund'])) {
            $refund->update_meta_data(self::ID, $args['lingfu_refund']);
        } elseif ($args['refund_payment'] ?? false) {
            $refund->update_meta_data(self::ID, self::ASKED);
        }
    }

    /**
     * Gives money back. Asked again after an answer was lost, it is the same refund.
     *
     * @throws Refused
     */
    public static function ask(\WC_Order $order, string|int|float|null $amount, string $reason): void
    {
        $fen = Money::fen($amount);
        if ($fen === null || $fen < 1) {
            throw new Refused(__('Please give an amount in yuan with at most two decimals.', 'lingfu-pay'));
        }
        Lock::hold($order->get_id(), static fn () => self::askOne($order, $fen, OrderRequest::text($reason, self::REASON_CHARS_MAX)));
    }

    private static function askOne(\WC_Order $order, int $fen, ?string $reason): void
    {
        $order->read_meta_data(true);
        $paidBy = (string) $order->get_meta(Payments::PAID_BY);
        if ($paidBy === '') {
            throw new Refused(__('No payment by Lingfu is booked for this order. Give money back in Lingfu’s dashboard.', 'lingfu-pay'));
        }
        $row = self::row($order, self::ASKED, $fen);
        $orders = Settings::client()->orders;
        try {
            // What was given back before, and what came to nothing, make another wish of the same amount another refund.
            $before = 0;
            foreach ($order->get_refunds() as $each) {
                $isOther = !in_array($each->get_meta(self::ID), ['', self::ASKED], true);
                $before += $isOther ? (Money::fen($each->get_amount()) ?? 0) : 0;
            }
            $closed = count(array_filter($orders->refunds($paidBy)['data'], static fn (array $each) => $each['status'] === 'closed'));
            $body = ['amount' => $fen] + ($reason === null ? [] : ['reason' => $reason]);
            $refund = $orders->refund($paidBy, $body, "woocommerce-$paidBy-$before-$fen-$closed");
        } catch (\Throwable $failed) {
            // WooCommerce takes the refund away again. Should the money have gone back, the webhook writes it down anew.
            $row?->delete_meta_data(self::ID);
            $row?->save();
            throw self::refusal($failed);
        }
        if ($refund['status'] === 'closed') {
            throw new Refused(self::failure($refund));
        }
        $row?->update_meta_data(self::ID, $refund['id']);
        $row?->save();
        $order->add_order_note(sprintf(
            $refund['awaitingApproval']
                /* translators: 1: amount in yuan, 2: number of the refund */
                ? __('A refund of ¥%1$s (%2$s) waits until a second person approves it in Lingfu’s dashboard.', 'lingfu-pay')
                : __('A refund of ¥%1$s (%2$s) is on its way to the shopper.', 'lingfu-pay'),
            Money::yuan($fen),
            $refund['outRefundNo'],
        ));
    }

    private static function refusal(\Throwable $failed): Refused
    {
        Settings::log('refund', $failed);
        if ($failed instanceof Refused) {
            return $failed;
        }
        if ($failed instanceof LingfuError && $failed->errorCode === 'idempotency_conflict') {
            return new Refused(__('A refund of this amount was asked for with another reason, and it is not known what became of it. Ask again with that reason: it is never paid twice.', 'lingfu-pay'));
        }
        if ($failed instanceof LingfuError && $failed->status < 500) {
            /* translators: %s: Lingfu's words */
            return new Refused(sprintf(__('Lingfu did not make this refund: %s', 'lingfu-pay'), $failed->detail));
        }
        return new Refused(__('Lingfu did not answer, so it is not known whether the money goes back. Asking again with the same amount and reason is safe: it is never paid twice.', 'lingfu-pay'));
    }

    /** The money went back. @throws Refused when WooCommerce does not take the refund, so that the event comes again */
    public static function succeeded(\WC_Order $order, array $refund): void
    {
        if (self::row($order, $refund['id']) !== null) {
            return;
        }
        $asked = self::row($order, self::ASKED, $refund['amount']);
        if ($asked !== null) {
            $asked->update_meta_data(self::ID, $refund['id']);
            $asked->save();
            return;
        }
        $made = wc_create_refund([
            'order_id' => $order->get_id(),
            'amount' => Money::yuan($refund['amount']),
            'reason' => $refund['reason'] ?? __('Refunded in Lingfu’s dashboard', 'lingfu-pay'),
            'refund_payment' => false,
            'lingfu_refund' => $refund['id'],
        ]);
        if (is_wp_error($made)) {
            throw new Refused($made->get_error_message());
        }
    }

    /** The money stays with the shop: WooCommerce must not say that it went back. */
    public static function failed(\WC_Order $order, array $refund): void
    {
        $row = self::row($order, $refund['id']) ?? self::row($order, self::ASKED, $refund['amount']);
        if ($row === null) {
            return;
        }
        $row->delete(true);
        $note = self::failure($refund);
        if ($order->has_status('refunded')) {
            $order->update_status('on-hold', $note);
        } else {
            $order->add_order_note($note);
        }
    }

    public static function abnormal(\WC_Order $order, array $refund): void
    {
        $order->add_order_note(sprintf(
            /* translators: 1: amount in yuan, 2: number of the refund */
            __('WeChat Pay could not give ¥%1$s back (%2$s), for example because the shopper’s card is gone. Finish this refund in Lingfu’s dashboard.', 'lingfu-pay'),
            Money::yuan($refund['amount']),
            $refund['outRefundNo'],
        ));
    }

    private static function failure(array $refund): string
    {
        return sprintf(
            /* translators: 1: amount in yuan, 2: number of the refund, 3: WeChat's words */
            __('The refund of ¥%1$s (%2$s) came to nothing, and no money went back: %3$s. It can be asked for again.', 'lingfu-pay'),
            Money::yuan($refund['amount']),
            $refund['outRefundNo'],
            $refund['failureDetail'] ?? $refund['failureReason'] ?? '?',
        );
    }

    private static function row(\WC_Order $order, string $id, ?int $fen = null): ?\WC_Order_Refund
    {
        foreach ($order->get_refunds() as $refund) {
            if ($refund->get_meta(self::ID) === $id && ($fen === null || Money::fen($refund->get_amount()) === $fen)) {
                return $refund;
            }
        }
        return null;
    }
}
