import type { EventSource } from './event-source.ts';
import { okta } from './okta.ts';

/** Every source Cutoff listens to. Adding one is a file, a line here and its settings. */
export const sources: readonly EventSource[] = [okta];
