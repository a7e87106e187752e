import type { SimulatedRhythm } from "./simulated-shop.ts";

const bump = (hour: number, centre: number, width: number): number => Math.exp(-0.5 * ((hour - centre) / width) ** 2);
const weekend = (day: number): boolean => day % 7 >= 5;
const between = (from: number, to: number) => (_day: number, hour: number) => hour >= from && hour < to;

/** The detector was built on these, and mended by the second and the third eight after a trial on them. */
export const BUILT_ON: readonly SimulatedRhythm[] = [
  {
    name: "restaurant",
    paymentsPerDay: 20,
    busy: (_day, hour) => (hour < 10.5 || hour > 21 ? 0 : 0.08 + bump(hour, 12.1, 0.5) + 0.9 * bump(hour, 18.3, 0.6)),
    isRush: (_day, hour) => (hour >= 11.5 && hour < 12.75) || (hour >= 17.5 && hour < 19),
  },
  {
    name: "corner shop",
    paymentsPerDay: 60,
    busy: (_day, hour) =>
      hour < 7 || hour > 22.5 ? 0 : 0.5 + bump(hour, 8, 1) + 0.5 * bump(hour, 12, 1) + bump(hour, 18.5, 1.5),
    isRush: (_day, hour) => (hour >= 7.25 && hour < 9) || (hour >= 17.5 && hour < 19.5),
  },
  {
    name: "weekend market",
    paymentsPerDay: 20,
    busy: (day, hour) => (weekend(day) && hour >= 8 && hour < 16 ? 0.3 + bump(hour, 10.5, 1.2) : 0),
    isRush: (day, hour) => weekend(day) && hour >= 9.5 && hour < 12,
  },
  {
    name: "night snack",
    paymentsPerDay: 30,
    busy: (day, hour) => {
      const night = hour < 6 ? hour + 24 : hour;
      return night < 18 || night > 26 ? 0 : (weekend(day) ? 1.3 : 1) * (0.1 + bump(night, 21.5, 1));
    },
    isRush: between(20.5, 22.5),
  },
  {
    name: "busy canteen",
    paymentsPerDay: 2_000,
    busy: (day, hour) =>
      hour < 6.5 || hour > 20
        ? 0
        : (weekend(day) ? 0.4 : 1) *
          (0.05 + 0.7 * bump(hour, 7.6, 0.4) + bump(hour, 12, 0.5) + 0.6 * bump(hour, 18, 0.6)),
    isRush: (day, hour) => !weekend(day) && ((hour >= 11.5 && hour < 12.75) || (hour >= 7.25 && hour < 8)),
  },
  {
    name: "breakfast shop",
    paymentsPerDay: 20,
    busy: (_day, hour) => (hour < 5.5 || hour > 10.5 ? 0 : 0.05 + bump(hour, 7.5, 0.6)),
    isRush: between(6.75, 8.25),
  },
  {
    name: "online retail",
    paymentsPerDay: 150,
    payS: 70,
    mood: 0.3,
    busy: (day, hour) =>
      (weekend(day) ? 1.2 : 1) * (hour < 7 ? 0.06 : 0.35 + 0.3 * bump(hour, 12.5, 1.5) + bump(hour, 21, 1.8)),
    isRush: between(20, 22.5),
  },
  {
    name: "car park",
    paymentsPerDay: 300,
    payS: 15,
    busy: (day, hour) =>
      0.03 + (weekend(day) ? 0.7 * bump(hour, 15, 3) : bump(hour, 18, 0.8) + 0.4 * bump(hour, 12.5, 1)),
    isRush: (day, hour) => !weekend(day) && hour >= 17 && hour < 19,
  },
  {
    name: "holiday closure",
    paymentsPerDay: 25,
    busy: (day, hour) =>
      (day >= 16 && day < 23) || hour < 9.5 || hour > 21 ? 0 : 0.15 + bump(hour, 12, 0.7) + bump(hour, 18.5, 0.8),
    isRush: (_day, hour) => (hour >= 11.25 && hour < 12.75) || (hour >= 17.75 && hour < 19.25),
  },
  {
    name: "opens late",
    paymentsPerDay: 40,
    // Every fourth day two hours later than usual.
    busy: (day, hour) =>
      hour < (day % 4 === 3 ? 10 : 8) || hour > 21 ? 0 : 0.3 + bump(hour, 9.5, 1) + bump(hour, 18, 1),
    isRush: (_day, hour) => hour >= 17 && hour < 19,
  },
  {
    name: "growing",
    paymentsPerDay: 20,
    busy: (day, hour) =>
      (1 + day / 20) * (hour < 10 || hour > 21 ? 0 : 0.1 + bump(hour, 12.2, 0.6) + bump(hour, 18.5, 0.7)),
    isRush: (_day, hour) => (hour >= 11.5 && hour < 13) || (hour >= 17.75 && hour < 19.25),
  },
  {
    name: "rainy days",
    paymentsPerDay: 40,
    mood: 0.25,
    // Every fifth day brings a third of a usual one.
    busy: (day, hour) =>
      (day % 5 === 4 ? 0.33 : 1) * (hour < 9 || hour > 21 ? 0 : 0.3 + bump(hour, 12, 1) + bump(hour, 18, 1.2)),
    isRush: (day, hour) => day % 5 !== 4 && ((hour >= 11 && hour < 13) || (hour >= 17 && hour < 19)),
  },
  {
    name: "busy chain",
    paymentsPerDay: 3_000,
    busy: (day, hour) =>
      (weekend(day) ? 1.3 : 1) * (hour < 9 || hour > 22 ? 0 : 0.4 + bump(hour, 12.5, 1) + bump(hour, 19, 1.5)),
    isRush: (_day, hour) => (hour >= 11.75 && hour < 13.25) || (hour >= 18 && hour < 20),
  },
  {
    name: "breakfast stall",
    paymentsPerDay: 20,
    busy: (day, hour) => (hour < 6 || hour > 11 ? 0 : (weekend(day) ? 1.4 : 1) * (0.06 + bump(hour, 8, 0.7))),
    isRush: between(7.25, 8.75),
  },
  {
    name: "online gifts",
    paymentsPerDay: 200,
    payS: 60,
    mood: 0.35,
    busy: (_day, hour) => (hour < 8 ? 0.1 : 0.4 + bump(hour, 20.5, 2)),
    isRush: between(19.5, 22),
  },
  {
    name: "parking garage",
    paymentsPerDay: 400,
    payS: 12,
    busy: (day, hour) =>
      0.02 + (weekend(day) ? 0.8 * bump(hour, 16, 2.5) : bump(hour, 17.8, 0.7) + 0.5 * bump(hour, 9, 0.8)),
    isRush: (day, hour) => !weekend(day) && hour >= 17 && hour < 18.75,
  },
  {
    name: "closed for a holiday",
    paymentsPerDay: 20,
    busy: (day, hour) =>
      (day >= 18 && day < 22) || hour < 11 || hour > 20.5 ? 0 : 0.1 + bump(hour, 12, 0.5) + 0.8 * bump(hour, 18, 0.6),
    isRush: (_day, hour) => (hour >= 11.5 && hour < 12.75) || (hour >= 17.5 && hour < 18.75),
  },
  {
    name: "opens when it likes",
    paymentsPerDay: 30,
    busy: (day, hour) => (hour < 9 + ((day * 7) % 5) * 0.6 || hour > 20 ? 0 : 0.35 + bump(hour, 17.5, 1.2)),
    isRush: between(16.5, 18.75),
  },
  {
    name: "growing fast",
    paymentsPerDay: 20,
    busy: (day, hour) =>
      (1 + day / 10) * (hour < 9 || hour > 20 ? 0 : 0.1 + bump(hour, 11.8, 0.6) + 0.8 * bump(hour, 17.8, 0.8)),
    isRush: (_day, hour) => (hour >= 11.25 && hour < 12.5) || (hour >= 17 && hour < 18.5),
  },
  {
    name: "quiet rainy days",
    paymentsPerDay: 50,
    busy: (day, hour) =>
      (day % 6 === 3 ? 0.25 : 1) * (hour < 8.5 || hour > 21 ? 0 : 0.3 + bump(hour, 12.3, 0.9) + bump(hour, 18.8, 1)),
    isRush: (day, hour) => day % 6 !== 3 && ((hour >= 11.5 && hour < 13.25) || (hour >= 18 && hour < 19.75)),
  },
  {
    name: "supermarket",
    paymentsPerDay: 2_500,
    busy: (day, hour) =>
      (weekend(day) ? 1.4 : 1) * (hour < 8 || hour > 22 ? 0 : 0.5 + bump(hour, 10, 1.2) + bump(hour, 18.5, 1.3)),
    isRush: (_day, hour) => (hour >= 9.25 && hour < 11) || (hour >= 17.5 && hour < 19.75),
  },
];

/** Not built on: what the figures are taken from. */
export const HELD_OUT: readonly SimulatedRhythm[] = [
  {
    name: "noodle bar",
    paymentsPerDay: 22,
    busy: (day, hour) =>
      hour < 10 || hour > 20.5 ? 0 : 0.07 + bump(hour, 12.3, 0.45) + (weekend(day) ? 0.9 : 0.6) * bump(hour, 18.2, 0.7),
    isRush: (_day, hour) => hour >= 11.75 && hour < 13,
  },
  {
    name: "fruit stand",
    paymentsPerDay: 45,
    mood: 0.3,
    busy: (day, hour) => (hour < 7 || hour > 20 ? 0 : (weekend(day) ? 1.5 : 1) * (0.3 + bump(hour, 17.5, 1.3))),
    isRush: between(16.5, 18.75),
  },
  {
    name: "tea house, closed on Mondays",
    paymentsPerDay: 25,
    busy: (day, hour) =>
      day % 7 === 0 || hour < 13 || hour > 23 ? 0 : 0.2 + bump(hour, 15.5, 0.9) + bump(hour, 20.5, 1),
    isRush: (day, hour) => day % 7 !== 0 && ((hour >= 14.75 && hour < 16.5) || (hour >= 19.75 && hour < 21.5)),
  },
  {
    name: "club courses online",
    paymentsPerDay: 120,
    payS: 80,
    mood: 0.35,
    busy: (day, hour) =>
      hour < 7.5 ? 0.08 : (weekend(day) ? 1.3 : 1) * (0.3 + bump(hour, 12.8, 0.8) + bump(hour, 20.8, 1.4)),
    isRush: between(19.75, 22),
  },
  {
    name: "charging points",
    paymentsPerDay: 350,
    payS: 18,
    busy: (_day, hour) => 0.08 + bump(hour, 22, 1.5) + 0.6 * bump(hour, 12.5, 1.2),
    isRush: between(21, 23.25),
  },
  {
    name: "school kiosk in and out of term",
    paymentsPerDay: 60,
    busy: (day, hour) =>
      hour < 7 || hour > 18
        ? 0
        : (weekend(day) ? 0.15 : day >= 20 ? 0.4 : 1) * (0.1 + bump(hour, 10, 0.3) + bump(hour, 12.2, 0.5)),
    isRush: (day, hour) => !weekend(day) && day < 20 && hour >= 11.75 && hour < 12.75,
  },
  {
    name: "flower shop with two holidays",
    paymentsPerDay: 20,
    mood: 0.3,
    busy: (day, hour) =>
      hour < 8.5 || hour > 20.5
        ? 0
        : (day === 19 || day === 27 ? 4 : 1) * (0.25 + bump(hour, 10.5, 1) + bump(hour, 17.8, 0.9)),
    isRush: (_day, hour) => hour >= 17 && hour < 18.75,
  },
  {
    name: "bubble tea chain",
    paymentsPerDay: 4_000,
    payS: 22,
    busy: (day, hour) =>
      (weekend(day) ? 1.25 : 1) * (hour < 9 || hour > 23 ? 0 : 0.3 + 0.8 * bump(hour, 13, 1) + bump(hour, 19.2, 1.4)),
    isRush: (_day, hour) => (hour >= 12.25 && hour < 13.75) || (hour >= 18.25 && hour < 20.25),
  },
];
