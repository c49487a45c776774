import mysql from 'mysql2/promise';

/** Where a MySQL or MariaDB server is and how to enter. Never logged. */
export interface MysqlTarget {
  readonly host: string;
  readonly port: number;
  readonly socketPath?: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
}

/** host:port/db or socket/db: a target without its credentials. */
export function placeOf({ host, port, socketPath, database }: MysqlTarget): string {
  return `${socketPath ?? `${host}:${port}`}/${database}`;
}

/** Throws without the url: it holds a password. */
export function parseTarget(url: string): MysqlTarget {
  if (!URL.canParse(url)) throw new Error('The database url is not a url.');
  const parsed = new URL(url);
  const database = decoded(parsed.pathname.slice(1));
  const socketPath = parsed.searchParams.get('socketPath');
  if (parsed.protocol !== 'mysql:' && parsed.protocol !== 'mariadb:') {
    throw new Error('The database url must begin with mysql:// or mariadb://.');
  }
  if (database === '') throw new Error('The database url names no database.');
  return {
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost',
    port: parsed.port === '' ? 3306 : Number(parsed.port),
    ...(socketPath === null ? {} : { socketPath }),
    username: decoded(parsed.username),
    password: decoded(parsed.password),
    database,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Error('The database url is not percent-encoded correctly.');
  }
}

/** A connection could not be made. Keeps the server's numbers; its message would name the user. */
export class MysqlUnreachable extends Error {
  readonly code: string;
  readonly errno: number | undefined;
  readonly sqlState: string | undefined;

  constructor(target: MysqlTarget, cause: unknown) {
    const fields: Record<string, unknown> =
      typeof cause === 'object' && cause !== null ? { ...cause } : {};
    const code = typeof fields['code'] === 'string' ? fields['code'] : 'unknown';
    super(`No connection to ${placeOf(target)}: ${code}.`);
    this.name = 'MysqlUnreachable';
    this.code = code;
    this.errno = typeof fields['errno'] === 'number' ? fields['errno'] : undefined;
    this.sqlState = typeof fields['sqlState'] === 'string' ? fields['sqlState'] : undefined;
  }
}

export interface MysqlServer {
  readonly mariadb: boolean;
  /** e.g. 10.11.6 */
  readonly version: string;
}

/** Asks the server itself what it is: the two differ in column types and session variables. */
export async function askServer(target: MysqlTarget, connectTimeout: number): Promise<MysqlServer> {
  const { username: user, ...rest } = target;
  let connection: mysql.Connection | null = null;
  try {
    connection = await mysql.createConnection({ ...rest, user, connectTimeout });
    const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT VERSION() AS version');
    const answer = String(rows[0]?.['version']);
    return {
      mariadb: /mariadb/i.test(answer),
      version: /\d+\.\d+\.\d+/.exec(answer)?.[0] ?? answer,
    };
  } catch (error) {
    throw new MysqlUnreachable(target, error);
  } finally {
    connection?.destroy();
  }
}
