import { type Logger } from 'typeorm';

const nothing = (): void => undefined;

/** TypeORM would print statements and parameters; what is worth saying travels in the errors. */
export const silentLogger: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};
