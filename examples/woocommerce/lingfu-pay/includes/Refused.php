<?php

declare(strict_types=1);

namespace LingfuPay;

/** Something that cannot be done. The message is for people: WooCommerce shows it. */
final class Refused extends \Exception
{
}
