<?php

declare(strict_types=1);

namespace Lingfu;

final class Orders
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    /** `price` is yuan, `unitAmount` fen. The same `outTradeNo` with the same content answers the order that is there. */
    public function create(array $order, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['orders'], [], $order, $idempotencyKey);
    }

    public function get(string $orderId): array
    {
        return $this->client->call('GET', ['orders', $orderId]);
    }

    public function list(array $query = []): array
    {
        return $this->client->call('GET', ['orders'], $query);
    }

    public function all(array $query = []): \Generator
    {
        return $this->client->pages(['orders'], $query);
    }

    /** The order of your own number; null where there is none. */
    public function find(string $outTradeNo): ?array
    {
        return $this->list(['outTradeNo' => $outTradeNo])['data'][0] ?? null;
    }

    /** WeChat is asked first: an order that turns out to be paid is answered as paid. */
    public function close(string $orderId, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['orders', $orderId, 'close'], idempotencyKey: $idempotencyKey);
    }

    /** A fresh order for what a closed one asked for (`recoverable`); the same one however often it is asked for. */
    public function recover(string $orderId, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['orders', $orderId, 'recover'], idempotencyKey: $idempotencyKey);
    }

    /** Without `amount` and `items` everything that is left goes back. */
    public function refund(string $orderId, array $refund = [], ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['orders', $orderId, 'refunds'], [], $refund, $idempotencyKey);
    }

    public function refunds(string $orderId): array
    {
        return $this->client->call('GET', ['orders', $orderId, 'refunds']);
    }

    /** Charges the code on a shopper's phone. A pending answer is asked about again with the same code. */
    public function payByCode(string $orderId, array $payment, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['orders', $orderId, 'pay'], [], $payment, $idempotencyKey);
    }

    public function enterPromotionCode(string $orderId, array $entered, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['orders', $orderId, 'promotion-codes'], [], $entered, $idempotencyKey);
    }

    public function correctScene(string $orderId, array $correction, ?string $idempotencyKey = null): array
    {
        return $this->client->call('POST', ['orders', $orderId, 'scene'], [], $correction, $idempotencyKey);
    }
}
