/** What an error code, or a failure of the network, means for a user of this action. */
export interface Advice {
  readonly advice: string;
  /** Worth sending again after a pause. */
  readonly transient: boolean;
  /** Worth waiting for, minutes if need be: the service works, but not for everybody at once. */
  readonly throttled: boolean;
  /** What the advice asks to be copied, to the letter. */
  readonly snippet?: string;
}

export const permanent = (advice: string): Advice => ({ advice, transient: false, throttled: false });
export const transient = (advice: string): Advice => ({ advice, transient: true, throttled: false });
export const throttled = (advice: string): Advice => ({ advice, transient: true, throttled: true });

/** The codes that every service of Alibaba Cloud gives. */
export const THROTTLED = throttled(
  'The account sends more requests than the service takes. Wait a minute and run again; spread jobs that deploy many routines.',
);
export const INTERNAL = transient(
  'The service failed on its side. Run again later; if it persists, open a ticket with the RequestId.',
);
