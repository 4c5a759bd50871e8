/** What subscriber and callback of WebSub must agree on. */

export const CALLBACK_PATH = '/websub/';

export const callbackUrl = (publicUrl: string, id: string): string =>
  `${publicUrl.replace(/\/+$/, '')}${CALLBACK_PATH}${id}`;

/** How long a subscription is asked for: ten days. The hub decides what it grants. */
export const LEASE_SECONDS = 864_000;
