// What the package's types say of its interface, read from the declarations that the build makes.
import ts from 'typescript';

import { ROOT } from '../setup/step.mjs';

const INDEX = `${ROOT}dist/types/lib/index.d.ts`;

function isPublic(declaration) {
  const flags = ts.getCombinedModifierFlags(declaration);
  const isPrivate = declaration.name !== undefined && ts.isPrivateIdentifier(declaration.name);
  return !isPrivate && (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

/** Every entry of the interface by its name, `Run.tap` for a member: its declaration and what is said of it. */
export function readReference() {
  const program = ts.createProgram([INDEX], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const printer = ts.createPrinter({ removeComments: true });
  const entries = new Map();
  const add = (name, symbol, declaration) => {
    const code = printer.printNode(ts.EmitHint.Unspecified, declaration, declaration.getSourceFile());
    const words = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    const errors = symbol
      .getJsDocTags(checker)
      .filter((tag) => tag.name === 'throws')
      .map((tag) => ts.displayPartsToString(tag.text));
    const isClass = ts.isClassDeclaration(declaration);
    entries.set(name, { code: code.replace(/^export (declare )?/, ''), words, errors, isClass });
  };
  const source = program.getSourceFile(INDEX);
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const [declaration] = symbol.declarations ?? [];
    if (declaration === undefined) continue;
    add(exported.name, symbol, declaration);
    if (!ts.isClassDeclaration(declaration)) continue;
    for (const member of symbol.members?.values() ?? []) {
      const own = member.declarations?.[0];
      const isMember = own !== undefined && !ts.isConstructorDeclaration(own) && isPublic(own);
      if (isMember) add(`${exported.name}.${member.name}`, member, own);
    }
  }
  return entries;
}
