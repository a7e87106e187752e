<?php

declare(strict_types=1);

namespace LingfuPay;

use Lingfu\Lingfu;
use Lingfu\LingfuError;

/** Orders at Lingfu, and what becomes of them in WooCommerce. Every change is made with the order's lock held. */
final class Payments
{
    /** The order at Lingfu that paid for this one: it is booked once, by whoever hears of it first. */
    public const PAID_BY = '_lingfu_paid_by';
    /** The newest order at Lingfu. */
    public const CURRENT = '_lingfu_order';
    private const TRY = '_lingfu_try';
    private const TOLD = '_lingfu_told';
    private const TOLD_MAX = 50;
    /** Those that a payment completes. */
    private const UNPAID = ['pending', 'on-hold', 'failed', 'cancelled', 'checkout-draft'];

    public function __construct(private readonly Lingfu $lingfu)
    {
    }

    /**
     * The address of the pay page; null where it turns out that the order is paid. However often it is called, and also after an
     * answer was lost, one order at Lingfu can be paid.
     *
     * @throws Refused
     */
    public function start(\WC_Order $order): ?string
    {
        if ($order->get_currency() !== 'CNY') {
            /* translators: %s: a currency */
            throw new Refused(sprintf(__('WeChat Pay takes CNY only, and this order is in %s.', 'lingfu-pay'), $order->get_currency()));
        }
        $fen = Money::fen($order->get_total());
        if ($fen === null || $fen < 1) {
            /* translators: %s: an amount */
            throw new Refused(sprintf(__('%s is not an amount in yuan and fen.', 'lingfu-pay'), $order->get_total()));
        }
        return Lock::hold($order->get_id(), fn (): ?string => $this->startOne($order, $fen));
    }

    private function startOne(\WC_Order $order, int $fen): ?string
    {
        $order->read_meta_data(true);
        if ($order->get_meta(self::PAID_BY) !== '') {
            return null;
        }
        for ($try = max(1, (int) $order->get_meta(self::TRY)); $try <= OrderNumber::TRIES_MAX; $try++) {
            // Kept before Lingfu is called: after a crash the same number is asked for again.
            $order->update_meta_data(self::TRY, (string) $try);
            $order->save();
            $made = $this->make($order, $try, $fen);
            $order->update_meta_data(self::CURRENT, $made['id']);
            $order->save();
            if ($made['status'] === 'pending' && $made['amountTotal'] === $fen) {
                return $made['payUrl'];
            }
            if ($made['status'] === 'pending') {
                // The order has changed since: what it cost before must not be paid any more.
                $made = $this->lingfu->orders->close($made['id']);
            }
            if ($made['status'] !== 'closed') {
                $this->book($order, $made);
                return null;
            }
            $this->refuseUnsettled($made);
        }
        throw new Refused(__('This order was tried too often. Please make a new one.', 'lingfu-pay'));
    }

    /** The order of this try: a new one, the one that is there, or what a closed one was made anew as. */
    private function make(\WC_Order $order, int $try, int $fen): array
    {
        $number = OrderNumber::of($order, $try);
        try {
            $made = $this->lingfu->orders->create(OrderRequest::of($order, $number, $fen));
        } catch (LingfuError $refused) {
            // The number is there with what the order was before.
            $made = $refused->field('outTradeNo') === null ? null : $this->lingfu->orders->find($number);
            if ($made === null) {
                throw $refused;
            }
        }
        if ($made['status'] !== 'closed') {
            return $made;
        }
        $this->refuseUnsettled($made);
        // One fresh order, however many ask for it, so that nobody pays two.
        return $this->lingfu->orders->recover($made['id']);
    }

    /** Money that came for a closed order has to be decided about before there is another. */
    private function refuseUnsettled(array $closed): void
    {
        if (($closed['recoverable'] ?? false) !== true) {
            throw new Refused(__('A payment for this order has arrived and is being looked at. Please contact the shop.', 'lingfu-pay'));
        }
    }

    /** Asks Lingfu what became of the order, and books it. @return array|null the order at Lingfu; null where there is none */
    public function refresh(\WC_Order $order): ?array
    {
        $id = (string) $order->get_meta(self::CURRENT);
        $found = $id !== ''
            ? $this->lingfu->orders->get($id)
            : $this->lingfu->orders->find(OrderNumber::of($order, max(1, (int) $order->get_meta(self::TRY))));
        if ($found !== null) {
            $this->learn($order, $found);
        }
        return $found;
    }

    /** The order must not be paid any more. @return array|null what became of it: paid, where the money was faster */
    public function close(\WC_Order $order): ?array
    {
        $found = $this->refresh($order);
        if ($found === null || $found['status'] !== 'pending') {
            return $found;
        }
        $closed = $this->lingfu->orders->close($found['id']);
        $this->learn($order, $closed);
        return $closed;
    }

    private function learn(\WC_Order $order, array $found): void
    {
        if (in_array($found['status'], ['paid', 'partially_refunded', 'refunded'], true)) {
            Lock::hold($order->get_id(), function () use ($order, $found): void {
                $order->read_meta_data(true);
                $this->book($order, $found);
            });
        }
    }

    /** A verified event, which may come twice and before or after anything else. @throws Refused when it has to come again */
    public function hear(array $event): void
    {
        $isRefund = str_starts_with($event['type'], 'refund.');
        $about = $isRefund ? $this->lingfu->orders->get($event['data']['orderId']) : $event['data'];
        $id = OrderNumber::orderId($about['outTradeNo']);
        if ($id === null) {
            return;
        }
        Lock::hold($id, function () use ($id, $event, $about): void {
            $order = wc_get_order($id);
            if (!$order instanceof \WC_Order || !OrderNumber::isOf($about['outTradeNo'], $order)) {
                return;
            }
            $order->read_meta_data(true);
            match ($event['type']) {
                'order.paid' => $this->book($order, $about),
                'order.amount_mismatch', 'payment.late', 'payment.extra' => $this->hold($order, $about, $event['type']),
                'refund.succeeded' => Refunds::succeeded($order, $event['data']),
                'refund.failed' => Refunds::failed($order, $event['data']),
                'refund.abnormal' => Refunds::abnormal($order, $event['data']),
                default => null,
            };
        });
    }

    /** Books a payment, once; one that is not of the order's amount holds the order. */
    private function book(\WC_Order $order, array $paid): void
    {
        $by = (string) $order->get_meta(self::PAID_BY);
        if ($by === $paid['id']) {
            return;
        }
        $fits = $paid['currency'] === 'CNY'
            && $paid['amountTotal'] === Money::fen($order->get_total())
            && $paid['amountPaid'] === $paid['amountDue'];
        if ($by !== '' || !$fits || !$order->has_status(self::UNPAID)) {
            $this->hold($order, $paid, $by === '' && !$fits ? 'order.amount_mismatch' : 'payment.extra');
            return;
        }
        if ($paid['amountDiscount'] > 0) {
            $order->add_order_note(sprintf(
                /* translators: 1, 2: amounts in yuan */
                __('An offer of Lingfu lowered the price by ¥%1$s: the shopper paid ¥%2$s.', 'lingfu-pay'),
                Money::yuan($paid['amountDiscount']),
                Money::yuan($paid['amountPaid']),
            ));
        }
        // Saved together with the new status.
        $order->update_meta_data(self::PAID_BY, $paid['id']);
        $order->update_meta_data(self::CURRENT, $paid['id']);
        $order->payment_complete((string) $paid['transactionId']);
    }

    /** Money that a person has to decide about: told once, and nothing is shipped for it by itself. */
    private function hold(\WC_Order $order, array $about, string $what): void
    {
        $extra = array_sum(array_column($about['extraPayments'], 'amount'));
        $mark = "$what {$about['id']} {$about['amountPaid']} $extra";
        $told = array_filter(explode("\n", (string) $order->get_meta(self::TOLD)));
        if (in_array($mark, $told, true)) {
            return;
        }
        $amount = Money::yuan($extra > 0 ? $extra : $about['amountPaid']);
        $note = sprintf(
            match ($what) {
                /* translators: 1: amount in yuan, 2: number of the order at Lingfu, 3: amount in yuan */
                'order.amount_mismatch' => __('¥%1$s was paid for Lingfu order %2$s, which is not what this order costs (¥%3$s). Do not ship: give the money back or accept it in Lingfu’s dashboard, then set the order’s status by hand.', 'lingfu-pay'),
                'payment.late' => __('¥%1$s arrived for Lingfu order %2$s after it had closed. Give the money back or accept it in Lingfu’s dashboard; if you accept it, set this order (¥%3$s) to processing by hand.', 'lingfu-pay'),
                default => __('¥%1$s arrived for Lingfu order %2$s beyond the payment of this order (¥%3$s). Give it back in Lingfu’s dashboard.', 'lingfu-pay'),
            },
            $amount,
            $about['outTradeNo'],
            (string) $order->get_total(),
        );
        $order->update_meta_data(self::TOLD, implode("\n", array_slice([...$told, $mark], -self::TOLD_MAX)));
        if ($order->has_status(self::UNPAID) && !$order->has_status('on-hold')) {
            $order->update_status('on-hold', $note);
        } else {
            $order->add_order_note($note);
            $order->save();
        }
    }
}
