<?php

declare(strict_types=1);

namespace LingfuPay;

/** Yuan as WooCommerce keeps them, a decimal text, and fen. Exact: no number with a fraction is ever computed with. */
final class Money
{
    /** Fen; null for what is no amount of whole fen. */
    public static function fen(string|int|float|null $yuan): ?int
    {
        // PHP writes a float as the shortest text that means it, so 36.1 is `36.1`.
        if (preg_match('/^(\d{1,8})(?:\.(\d{1,2})0*)?$/D', trim((string) $yuan), $found) !== 1) {
            return null;
        }
        return (int) $found[1] * 100 + (int) str_pad($found[2] ?? '', 2, '0');
    }

    /** For people, and for WooCommerce: `36.00`. */
    public static function yuan(int $fen): string
    {
        return intdiv($fen, 100) . '.' . str_pad((string) ($fen % 100), 2, '0', STR_PAD_LEFT);
    }
}
