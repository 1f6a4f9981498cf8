/**
 * Passwords that stand in the address of a camera as parameters rather than before the host:
 * `…/cgi?user=admin&password=x`, and in the path as some cheap cameras have them: `…/user=admin&password=x&channel=1`,
 * `…/user=admin_password=x_channel=1`.
 */
const NAMES = 'user(?:name)?|usr|login(?:use|pas)?|pass(?:word|wd)?|pwd|psw|token|auth|api_?key|key|secret';
const PARAMETER = new RegExp(
  `([?&;])(${NAMES})=([^&;#\\s]*)|([/_])(${NAMES})=([^&;#?/\\s]*?)(?=_[a-z]+=|[&;#?/\\s]|$)`,
  'gi',
);

/** A text with the value of each such parameter replaced by what `change` says of its name and value. */
export function mapSecretParameters(text: string, change: (name: string, value: string) => string): string {
  return text.replace(PARAMETER, (...groups: (string | undefined)[]) => {
    const [, mark, name, value, pathMark, pathName, pathValue] = groups;
    const [before, its, old] = name === undefined ? [pathMark, pathName, pathValue] : [mark, name, value];
    return `${before ?? ''}${its ?? ''}=${change(its ?? '', old ?? '')}`;
  });
}
