import tseslint from 'typescript-eslint';

export default tseslint.config({ ignores: ['dist/', 'build/', '.toolchain/'] }, ...tseslint.configs.strict);
