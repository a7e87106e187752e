/** The product's name, as it stands in titles. */
export const PRODUCT_NAME = "灵付";
