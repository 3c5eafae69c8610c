/** What an error code or an event on the way means for a user of this action. */
export interface Entry {
  readonly advice: string;
  /** Worth sending again after a pause. */
  readonly repeatable: boolean;
  /** Worth waiting for, minutes if need be: the service works, but not for everybody at once. */
  readonly throttled: boolean;
  /** What the advice asks to be copied, to the letter. */
  readonly snippet?: string;
}

export const no = (advice: string): Entry => ({ advice, repeatable: false, throttled: false });
export const later = (advice: string): Entry => ({ advice, repeatable: true, throttled: false });
export const patiently = (advice: string): Entry => ({ advice, repeatable: true, throttled: true });
