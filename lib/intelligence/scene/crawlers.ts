// Who walks pages by itself and is given no trade: product tokens as their makers publish them, lower-cased, one word each.
// Headless browsers and page-speed probes are left out on purpose: they want to see what a person on a desktop sees.

const SEARCH_ENGINES = `
  googlebot googlebot-image googlebot-news googlebot-video googlebot-mobile googleother googleother-image googleother-video
  googleproducer google-site-verification google-structured-data-testing-tool google-read-aloud google-inspectiontool
  google-extended google-safety google-publisher-plugin google-amphtml google-cloudvertexbot google-adwords-displayads
  google-adwords-instant google-adwords-express google-displayads-bot google-shopping-quality google-lens google-apps-script
  googleweblight google-xrawler google-speakr google-transparencyreport
  apis-google adsbot-google adsbot-google-mobile adsbot-google-mobile-apps mediapartners-google feedfetcher-google
  storebot-google duplexweb-google appengine-google
  bingbot bingpreview adidxbot msnbot msnbot-media msnbot-newsblogs
  baiduspider baiduspider-render baiduspider-image baiduspider-video baiduspider-news baiduspider-favo baiduspider-cpro
  baiduspider-ads baidubot 360spider haosouspider sosospider yisouspider easouspider jikespider petalbot aspiegelbot bytespider
  toutiaospider youdaobot yodaobot sogouspider
  duckduckbot duckduckbot-https duckduckgo-favicons-bot duckassistbot
  yandexbot yandexmobilebot yandeximages yandeximageresizer yandexvideo yandexvideoparser yandexmedia yandexblogs yandexnews
  yandexmetrika yandexfavicons yandexwebmaster yandexpagechecker yandexaccessibilitybot yandexdirect yandexdirectdyn
  yandexrenderresourcesbot yandexscreenshotbot yandexantivirus yandexcatalog yandexmarket yandexverticals yandexontodb
  yandexturbo yandexcombot yandexuserproxy yandextracker yandexsearchshop yandexadditionalbot yandexadditional
  slurp yahooseeker applebot applebot-extended seznambot naverbot yeti daumoa coccocbot coccocbot-web coccocbot-image exabot
  mojeekbot qwantify qwantbot teoma ichiro gigabot ia_archiver archive.org_bot heritrix nutch ccbot amazonbot neevabot youbot
  timpibot semanticscholarbot tineye-bot mail.ru_bot sputnikbot
`;

const LINK_PREVIEWS = `
  facebookexternalhit facebookcatalog facebookplatform facebooksecurityscanner facebookbot meta-externalagent
  meta-externalfetcher twitterbot linkedinbot pinterestbot slackbot slackbot-linkexpanding slack-imgproxy discordbot telegrambot
  skypeuripreview viberbot line-poker linespider kakaotalk-scrap redditbot vkshare embedly iframely bitlybot flipboardproxy
  larkurl2meta dingtalkbot dingtalkbot-linkservice qqurlmgr cardyb google-pagerenderer synapse
`;

const WATCHERS_AND_COLLECTORS = `
  gptbot chatgpt-user oai-searchbot claudebot claude-web claude-user claude-searchbot anthropic-ai perplexitybot
  perplexity-user cohere-ai diffbot ahrefsbot ahrefssiteaudit semrushbot semrushbot-ba semrushbot-si semrushbot-swa
  semrushbot-ct semrushbot-ocob siteauditbot splitsignalbot mj12bot dotbot rogerbot blexbot dataforseobot serpstatbot seokicks
  sistrix xovibot linkdexbot barkrowler megaindex.ru netestate grapeshotcrawler grapeshot proximic scrapy uptimerobot
  pingdombot pingdompagespeed statuscake statuscake_pagespeed_indev site24x7 gtmetrix netcraftsurveyagent w3c_validator
  validator.nu w3c-checklink wappalyzer cloudflareobservatory newrelicpinger datadogsynthetics convertify censysinspect zgrab
  masscan nikto sqlmap internetmeasurement heartrails_capture superfeedr dataprovider.com feedburner
`;

export const CRAWLER_PRODUCTS: ReadonlySet<string> = new Set(
  [SEARCH_ENGINES, LINK_PREVIEWS, WATCHERS_AND_COLLECTORS].flatMap((list) => list.trim().split(/\s+/)),
);
