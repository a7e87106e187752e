<?php

// The settings hold the key and the secrets; orders keep what they know of their payment.

declare(strict_types=1);

defined('WP_UNINSTALL_PLUGIN') || exit;

delete_option('woocommerce_lingfu_settings');
