const shared = {
  rootDir: __dirname,
  testEnvironment: '<rootDir>/test/onnx-jest-environment.cjs',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: [],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        swcrc: false,
      },
    ],
  },
  transformIgnorePatterns: ['node_modules/(?!(@nestjs)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/test-output'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Prisma's generated client loads its query compiler as ES modules, which CommonJS specs cannot: each has a .js twin.
    '^(@prisma/client/runtime/.*)\\.mjs$': '$1.js',
  },
};

/** unit: pure code, no process or port. integration: real Redis, PostgreSQL, FFmpeg, RTSP. e2e: the whole system in Chromium. */
module.exports = {
  maxWorkers: 2,
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,apps,bench}/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.integration\\.spec\\.ts$'],
    },
    {
      ...shared,
      displayName: 'integration',
      testMatch: ['<rootDir>/{libs,apps,bench,test/system}/**/*.integration.spec.ts'],
    },
    { ...shared, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e.spec.ts'] },
  ],
};
