/** `figure NAME VALUE GOAL ok|short`, the last lines of every script that measures or rehearses. */
export function figureLine(name: string, value: number, goal: number, isOk: boolean): string {
  return `figure ${name} ${value} ${goal} ${isOk ? 'ok' : 'short'}`;
}

/** Prints the figure; a short one makes the script end with 1. */
export function printFigure(name: string, value: number, goal: number, isOk: boolean): void {
  process.stdout.write(`${figureLine(name, value, goal, isOk)}\n`);
  if (!isOk) process.exitCode = 1;
}
