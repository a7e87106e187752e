<?php

declare(strict_types=1);

namespace Lingfu;

final class Shoppers
{
    public function __construct(private readonly Lingfu $client)
    {
    }

    /** Everything that is kept of a shopper, by your own `shopperId` or by `shp_…`. */
    public function export(string $shopperId): array
    {
        return $this->client->call('GET', ['shoppers', $shopperId]);
    }

    public function erase(string $shopperId): ?array
    {
        return $this->client->call('DELETE', ['shoppers', $shopperId]);
    }
}
