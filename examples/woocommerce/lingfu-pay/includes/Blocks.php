<?php

declare(strict_types=1);

namespace LingfuPay;

use Automattic\WooCommerce\Blocks\Payments\Integrations\AbstractPaymentMethodType;

/** The payment method in the checkout made of blocks. */
final class Blocks extends AbstractPaymentMethodType
{
    protected $name = Settings::ID;

    public function initialize(): void
    {
        $this->settings = get_option(Settings::OPTION, []);
    }

    public function is_active(): bool
    {
        return Gateway::canPay();
    }

    public function get_payment_method_script_handles(): array
    {
        $needs = ['wc-blocks-registry', 'wc-settings', 'wp-element', 'wp-html-entities'];
        wp_register_script('lingfu-blocks', plugins_url('assets/blocks.js', PLUGIN_FILE), $needs, VERSION, true);
        return ['lingfu-blocks'];
    }

    public function get_payment_method_data(): array
    {
        return ['title' => Gateway::title(), 'description' => Gateway::description(), 'supports' => ['products', 'refunds']];
    }
}
