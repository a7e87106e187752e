import type { ConfirmationText } from "../zh-CN/confirmation.ts";

export const confirmation: ConfirmationText = {
  title: "Confirm that it is you",
  hint: {
    code: "This step matters. Please enter a code once more",
    password: "This step matters. Please enter your password once more",
    passkey: "This step matters. Please confirm with your passkey once more",
  },
  code: "Code",
  codeHint: "Open your authenticator app and enter the 6 digits",
  password: "Password",
  passwordHint:
    "You have no second factor yet. Set one up in Settings → My account, and you are asked for its code here, which is safer",
  submit: "Confirm and go on",
  working: "Confirming…",
  codeWrong: "The code is wrong or was used before. Please wait for the next code",
  passwordWrong: "The password is wrong",
  needed: "You did not confirm that it is you, so nothing was changed",
  done: "Confirmed. You will not be asked again for 5 minutes",
  back: "Back to the page",
  cutOff: "There is no connection just now, and nothing was changed. Please try again",
};
