// One suite, three projects: the pure tests once, the integration tests once per database.
// `npm test` (scripts/test.mjs) provides the MariaDB server and selects the projects that can run.
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: {
    '^.+\\.(t|j)s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: false,
            useDefineForClassFields: false,
          },
          target: 'es2023',
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // jose, cookie and node-addon-free ESM-only packages are transformed like our own code.
  transformIgnorePatterns: ['/node_modules/(?!(jose|cookie)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/test/gateway/node_modules'],
};
const lane = (name) => ({
  ...common,
  displayName: name,
  testMatch: ['<rootDir>/test/{integration,fault,model}/**/*.test.ts'],
  globals: { LANE: name },
});

module.exports = {
  testTimeout: 30_000,
  projects: [
    { ...common, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    lane('sqlite'),
    lane('mariadb'),
    { ...common, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.test.ts'] },
    { ...common, displayName: 'gateway', testMatch: ['<rootDir>/test/gateway/**/*.test.ts'] },
  ],
};
