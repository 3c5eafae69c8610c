/** The variables by which the runner lets a job ask for id-tokens; they are there only with `id-token: write`. */
export const ID_TOKEN_VARIABLES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'] as const;

export const PERMISSION = 'give the job `permissions: { id-token: write }`';
