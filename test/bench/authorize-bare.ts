import middy from '@middy/core';

/** The least that a function with middy is. */
export const handler = middy().handler(async () => ({}));
