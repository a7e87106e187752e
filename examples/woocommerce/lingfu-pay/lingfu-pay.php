<?php

/**
 * Plugin Name: Lingfu for WooCommerce
 * Description: WeChat Pay for WooCommerce by your own Lingfu: pay page, webhooks, refunds.
 * Version: 0.1.0
 * Requires at least: 6.5
 * Requires PHP: 8.1
 * Requires Plugins: woocommerce
 * WC requires at least: 8.2
 * License: Apache-2.0
 * Text Domain: lingfu-pay
 * Domain Path: /languages
 */

declare(strict_types=1);

namespace LingfuPay;

defined('ABSPATH') || exit;

const PLUGIN_FILE = __FILE__;
const VERSION = '0.1.0';

// The SDK lies beside the plug-in where it is installed (see README.md), and in lib/sdk in Lingfu's own repository.
require is_file(__DIR__ . '/sdk/autoload.php') ? __DIR__ . '/sdk/autoload.php' : __DIR__ . '/../../../lib/sdk/php/autoload.php';

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, __NAMESPACE__ . '\\')) {
        $file = __DIR__ . '/includes/' . substr($class, strlen(__NAMESPACE__) + 1) . '.php';
        if (is_file($file)) {
            require $file;
        }
    }
});

add_action('before_woocommerce_init', static function (): void {
    if (class_exists('Automattic\WooCommerce\Utilities\FeaturesUtil')) {
        \Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility('custom_order_tables', PLUGIN_FILE, true);
        \Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility('cart_checkout_blocks', PLUGIN_FILE, true);
    }
});

add_action('init', static function (): void {
    load_plugin_textdomain('lingfu-pay', false, dirname(plugin_basename(PLUGIN_FILE)) . '/languages');
});

add_filter('woocommerce_payment_gateways', static function (array $gateways): array {
    $gateways[] = Gateway::class;
    return $gateways;
});

add_action('woocommerce_blocks_payment_method_type_registration', static function ($registry): void {
    $registry->register(new Blocks());
});

add_action('woocommerce_api_lingfu_pay', [Webhook::class, 'receive']);
add_action('woocommerce_create_refund', [Refunds::class, 'markAsked'], 10, 2);
add_action('template_redirect', [Returning::class, 'arrive']);
add_filter('woocommerce_thankyou_order_received_text', [Returning::class, 'text'], 10, 2);
add_action('woocommerce_thankyou_' . Settings::ID, [Returning::class, 'offerAgain']);
add_action('woocommerce_receipt_' . Settings::ID, [Returning::class, 'payHere']);
add_filter('woocommerce_cancel_unpaid_order', [Cancelling::class, 'mayCancel'], 10, 2);
add_action('woocommerce_order_status_cancelled', [Cancelling::class, 'cancelled'], 10, 2);
add_filter('woocommerce_order_actions', [Cancelling::class, 'offerToAsk'], 10, 2);
add_action('woocommerce_order_action_lingfu_ask', [Cancelling::class, 'ask']);
