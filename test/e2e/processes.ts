import { execFileSync } from 'node:child_process';

/** Pids of the living processes with that text among their arguments; a zombie has none. */
export const processesWith = (text: string): number[] =>
  execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => Number.parseInt(line, 10));

/** A program of a few lines of shell, at that place. */
export const shellScript = (lines: string): string => `#!/bin/sh\n${lines}\n`;
