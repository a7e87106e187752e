/** The 18 digits of a WeChat Pay payment code (付款码), beginning with 10 to 15. */
export const PAYMENT_CODE_FORM = /^1[0-5][0-9]{16}$/;

/** For the browser, where the schemas of the contract weigh more than all else on the page. */
export const isPaymentCode = (text: string): boolean => PAYMENT_CODE_FORM.test(text);
