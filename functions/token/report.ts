import { codeOf } from '../domain/errors.ts';
import type { Observability } from '../shared/observability.ts';

/** What became of a request: stable reasons and codes. Never a token, a key, or what was sent. */
export interface Report {
  issued(): void;
  refused(reason: string): void;
  /** A key of before is missing in the key set: what it signed may be refused. */
  formerKeyUnread(error: unknown): void;
  /** The trouble is ours: it alarms. */
  failed(error: unknown): void;
}

type Told = Pick<Observability, 'count'> & {
  readonly logger: Pick<Observability['logger'], 'info' | 'error'>;
};

/** `TokenIssued`, `TokenRefused`, `FormerKeyUnread` and `TokenUnavailable`. Who got a token is in the audit trail. */
export const reportTo = ({ logger, count }: Told): Report => ({
  issued: () => count('TokenIssued'),
  refused: (reason) => {
    logger.info('token refused', { reason });
    count('TokenRefused');
  },
  formerKeyUnread: (error) => {
    logger.error('former key unread', { code: codeOf(error) });
    count('FormerKeyUnread');
  },
  failed: (error) => {
    logger.error('token unavailable', { code: codeOf(error) });
    count('TokenUnavailable');
  },
});
