<?php

declare(strict_types=1);

namespace LingfuPay;

/** The payment method as WooCommerce sees it: the checkout, the settings page, the button that gives money back. */
final class Gateway extends \WC_Payment_Gateway
{
    public function __construct()
    {
        $this->id = Settings::ID;
        $this->has_fields = false;
        $this->supports = ['products', 'refunds'];
        $this->method_title = __('Lingfu (WeChat Pay)', 'lingfu-pay');
        $this->method_description = __('Shoppers pay by WeChat on the pay page of your own Lingfu.', 'lingfu-pay');
        $this->init_form_fields();
        $this->init_settings();
        $this->title = self::title();
        $this->description = self::description();
        $this->enabled = $this->get_option('enabled');
        add_action('woocommerce_update_options_payment_gateways_' . Settings::ID, [$this, 'process_admin_options']);
    }

    public static function title(): string
    {
        return Settings::get('title') ?: __('WeChat Pay', 'lingfu-pay');
    }

    public static function description(): string
    {
        return Settings::get('description') ?: __('You pay on the next page, by WeChat on this phone or by its scanner.', 'lingfu-pay');
    }

    public static function canPay(): bool
    {
        return Settings::get('enabled') === 'yes' && Settings::isComplete() && Settings::isCny();
    }

    public function is_available(): bool
    {
        return parent::is_available() && self::canPay();
    }

    public function needs_setup(): bool
    {
        return !Settings::isComplete();
    }

    /** @throws \Exception whose message the shopper reads */
    public function process_payment($orderId): array
    {
        $order = wc_get_order($orderId);
        try {
            $payUrl = (new Payments(Settings::client()))->start($order);
        } catch (Refused $refused) {
            throw $refused;
        } catch (\Throwable $failed) {
            Settings::log('checkout', $failed);
            throw new Refused(__('The payment could not be started. Please try again in a moment.', 'lingfu-pay'), 0, $failed);
        }
        $redirect = match (true) {
            $payUrl === null => $this->get_return_url($order),
            Settings::get('embed') === 'yes' => $order->get_checkout_payment_url(true),
            default => $payUrl,
        };
        return ['result' => 'success', 'redirect' => $redirect];
    }

    public function process_refund($orderId, $amount = null, $reason = ''): bool|\WP_Error
    {
        try {
            Refunds::ask(wc_get_order($orderId), $amount, (string) $reason);
            return true;
        } catch (Refused $refused) {
            return new \WP_Error('lingfu_refund', $refused->getMessage());
        }
    }

    public function init_form_fields(): void
    {
        $this->form_fields = [
            'enabled' => ['title' => __('WeChat Pay', 'lingfu-pay'), 'type' => 'checkbox', 'label' => __('Offer it at the checkout', 'lingfu-pay'), 'default' => 'no'],
            'title' => ['title' => __('Name at the checkout', 'lingfu-pay'), 'type' => 'text', 'placeholder' => __('WeChat Pay', 'lingfu-pay'), 'default' => ''],
            'description' => ['title' => __('Text at the checkout', 'lingfu-pay'), 'type' => 'textarea', 'default' => ''],
            'url' => [
                'title' => __('Address of your Lingfu', 'lingfu-pay'),
                'type' => 'url',
                'placeholder' => 'https://pay.example.com',
                'description' => __('While Lingfu runs in its sandbox, orders are paid with play money: do not ship for it.', 'lingfu-pay'),
                'default' => '',
            ],
            'key_id' => ['title' => __('Key id', 'lingfu-pay'), 'type' => 'text', 'placeholder' => 'key_…', 'description' => __('With it requests are signed, and the secret is never sent.', 'lingfu-pay'), 'default' => ''],
            'secret' => [
                'title' => __('Secret of the key', 'lingfu-pay'),
                'type' => 'lingfu_secret',
                'description' => __('From Lingfu’s dashboard → Settings → API keys. It needs orders:read, orders:write, refunds:read and refunds:write, and webhooks:write to set up the webhook.', 'lingfu-pay'),
                'default' => '',
            ],
            'webhook_secret' => [
                'title' => __('Webhook secret', 'lingfu-pay'),
                'type' => 'lingfu_secret',
                /* translators: %s: an address */
                'description' => sprintf(__('Left empty, the webhook is set up when you save. By hand: in Lingfu’s dashboard → Settings → Webhooks add %s with all order, payment and refund events, and paste the secret here. While it is replaced, give both with a space between.', 'lingfu-pay'), Settings::webhookUrl()),
                'default' => '',
            ],
            'embed' => ['title' => __('Over your page', 'lingfu-pay'), 'type' => 'checkbox', 'label' => __('Open the pay page over a page of this shop, instead of leading to it', 'lingfu-pay'), 'description' => __('Lingfu has to run with this shop’s origin in EMBED_ORIGINS; elsewhere the shopper is led to it.', 'lingfu-pay'), 'default' => 'no'],
        ];
    }

    /** A secret goes into the page never: the field is empty, and what stays empty stays as it is. */
    public function generate_lingfu_secret_html($key, $data): string
    {
        $kept = Settings::get($key) === '' ? '' : __('kept; type to replace', 'lingfu-pay');
        return sprintf(
            '<tr valign="top"><th scope="row" class="titledesc"><label for="%1$s">%2$s</label></th><td class="forminp"><input class="input-text regular-input" type="password" autocomplete="off" name="%1$s" id="%1$s" value="" placeholder="%3$s"/><p class="description">%4$s</p></td></tr>',
            esc_attr($this->get_field_key($key)),
            esc_html($data['title']),
            esc_attr($kept),
            esc_html($data['description']),
        );
    }

    public function validate_lingfu_secret_field($key, $value): string
    {
        $typed = trim((string) wp_unslash($value));
        return $typed === '' ? (string) $this->get_option($key) : $typed;
    }

    public function validate_url_field($key, $value): string
    {
        $url = trim((string) wp_unslash($value));
        if ($url !== '' && preg_match('~^https?://[^\s/?#]+/?$~i', $url) !== 1) {
            throw new Refused(__('The address of your Lingfu is its origin, such as https://pay.example.com', 'lingfu-pay'));
        }
        return rtrim($url, '/');
    }

    public function process_admin_options(): bool
    {
        $saved = parent::process_admin_options();
        if (Settings::isComplete()) {
            try {
                $this->connect();
            } catch (\Throwable $failed) {
                Settings::log('settings', $failed);
                /* translators: %s: what went wrong */
                $this->add_error(sprintf(__('Lingfu cannot be used like this: %s', 'lingfu-pay'), $failed->getMessage()));
            }
        }
        foreach ($this->get_errors() as $error) {
            \WC_Admin_Settings::add_error($error);
        }
        return $saved;
    }

    /** Tries address and key, and sets up the webhook where there is none. */
    private function connect(): void
    {
        $lingfu = Settings::client();
        $lingfu->orders->list(['limit' => 1]);
        if (Settings::get('webhook_secret') !== '') {
            return;
        }
        $made = $lingfu->webhookEndpoints->create(['url' => Settings::webhookUrl(), 'events' => Settings::EVENTS]);
        $this->update_option('webhook_secret', $made['secret']);
    }

    public function admin_options(): void
    {
        if (!Settings::isCny()) {
            printf(
                '<div class="notice notice-error inline"><p>%s</p></div>',
                /* translators: %s: a currency */
                esc_html(sprintf(__('WeChat Pay takes CNY only, and this shop sells in %s: it is not offered. Change the currency at WooCommerce → Settings → General.', 'lingfu-pay'), get_woocommerce_currency())),
            );
        }
        parent::admin_options();
    }
}
