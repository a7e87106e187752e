/** Source of the present moment, so that tests can move it. */
export interface Clock {
  now(): Date;
}
