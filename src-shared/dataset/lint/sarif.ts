/** Findings as SARIF 2.1.0, which code hosts and editors show beside the file. */
import type { Finding, FindingCode } from '../finding';
import { findingKinds } from './kinds';

export interface SarifOptions {
  readonly version: string;
  /** The path of the dataset: where findings are that no file of it is named for. */
  readonly dataset: string;
  /** The address of a file, relative to where the run is or as `file://`. */
  readonly uriOf: (file: string) => string;
}

/** One run. Code hosts drop a result without a place. */
export function toSarif(findings: readonly Finding[], { version, dataset, uriOf }: SarifOptions) {
  const codes = [...new Set(findings.map(codeOf))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Maskwright', version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: codeOf(finding),
          ruleIndex: codes.indexOf(codeOf(finding)),
          level: finding.severity,
          message: { text: finding.message },
          locations: [locationOf({ ...finding, file: finding.file ?? dataset }, uriOf)],
        })),
      },
    ],
  };
}

const codeOf = ({ code = 'more' }: Finding): FindingCode => code;

function ruleOf(code: FindingCode) {
  const { about, fix, severity } = findingKinds[code];
  return {
    id: code,
    shortDescription: { text: about },
    ...(fix === null ? {} : { help: { text: `maskwright lint --fix: ${fix}.` } }),
    defaultConfiguration: { level: severity },
  };
}

function locationOf({ file, line, pointer }: Finding & { readonly file: string }, uriOf: SarifOptions['uriOf']) {
  const region = line === undefined ? {} : { region: { startLine: line } };
  const logical = pointer ? { logicalLocations: [{ fullyQualifiedName: pointer }] } : {};
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region }, ...logical };
}
