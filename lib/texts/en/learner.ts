import type { LearnerText } from "../zh-CN/learner.ts";

export const learner: LearnerText = {
  title: "Chosen offers",
  intro:
    "Among the promotions you marked as optional, one or none is chosen for each order. It never costs more than the order earns, and some shoppers are always offered nothing, to tell whether offers really work.",
  state: "State",
  on: "on",
  off: "off",
  stopped: "It stopped itself: shoppers without an offer earned you clearly more",
  turnOn: "Switch on again",
  turnOff: "Switch off now",
  turned: "Done; seen everywhere within seconds",
  holdoutHint:
    "This share of shoppers sees no optional offer. Comparing them with the others shows whether offers really bring more sales.",
  holdout: "Offered nothing, at least",
  decided: "Orders decided about",
  offered: "of which with an offer",
  learned: "Outcomes learned from",
  model: "Version of the model",
  margins: "Margins",
  marginsHint: "Nothing is offered in a scene whose margin is not known.",
  none: "none yet",
  scene: "Scene",
  all: "default (every scene)",
  percent: "Margin (%)",
  save: "Save",
  saved: "Saved",
  decision: {
    noOffers:
      "No optional offer was available (its cost may exceed neither the margin nor the rest of its budget), so none was shown.",
    nothing: "{why}, so no optional offer was shown (probability {chance}, control group included).",
    worthless: "Every optional offer was expected to cost more than it brings",
    drawn: "The draw fell on no offer, to measure whether offers really work",
    chosen: "Chose “{name}”: {effect}, at a cost of about ¥{cost} if paid (probability {chance}).",
    rises: "the payment rate is expected to rise from {from} to {to}",
    trial: "the payment rate is not expected to rise; it is tried on a few orders to learn its effect",
  },
};
