import { App } from 'aws-cdk-lib';
import { InvalidInput } from '../functions/domain/errors.ts';
import { buildApp } from './build-app.ts';
import { parseStageConfig } from './stage-config.ts';

/** Only an App can read the context that the command line merged; this one is never synthesised. */
const context: unknown = new App({ autoSynth: false }).node.tryGetContext('cutoff');

try {
  buildApp({ config: parseStageConfig(context) });
} catch (error) {
  if (!(error instanceof InvalidInput)) throw error;
  console.error(error.message);
  // At once: what is half made would be synthesised on the way out, and hide the sentence behind errors of its own.
  process.exit(1);
}
