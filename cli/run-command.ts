/** Ends every command the same way: one clear sentence on stderr and exit 1, never a stack trace. */
export const runCommand = async (command: (args: string[]) => Promise<void>): Promise<void> => {
  try {
    await command(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
};
