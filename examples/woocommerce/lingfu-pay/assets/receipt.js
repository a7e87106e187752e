// Opens Lingfu's pay page over this page. What it answers is for the screen: the shop's server asks Lingfu itself.
(() => {
  const button = document.getElementById("lingfu-pay");
  if (button === null) return;
  const { order, back } = button.dataset;
  const pay = () =>
    window.Lingfu.pay(order).then(({ status }) => {
      if (status !== "pending") window.location.assign(back);
    });
  button.addEventListener("click", pay);
  pay();
})();
