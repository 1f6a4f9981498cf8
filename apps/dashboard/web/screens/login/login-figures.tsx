/** Three people crossing a room, as the product sees them: drawn here, once, from joint positions. */
const figures: readonly {
  readonly color: string;
  readonly at: readonly [number, number, number];
  readonly swing: number;
}[] = [
  { color: 'var(--pw-track-0)', at: [190, 150, 1.5], swing: 1 },
  { color: 'var(--pw-track-3)', at: [430, 235, 1.05], swing: -0.7 },
  { color: 'var(--pw-track-2)', at: [590, 290, 0.72], swing: 0.9 },
];

export function LoginFigures() {
  return (
    <svg viewBox="0 0 760 640" preserveAspectRatio="xMidYMid slice" width="100%" height="100%">
      <g stroke="rgb(255 255 255 / 0.1)" fill="none">
        <path d="M-40 640 330 250M800 640 430 250M-40 520 300 250M800 520 460 250M180 640 360 250M580 640 400 250M-40 560h840M-40 470h840M-40 400h840M-40 345h840M-40 305h840M-40 275h840" />
        <path
          d="M250 610 520 610 600 400 400 400Z"
          strokeDasharray="7 6"
          stroke="rgb(255 255 255 / 0.5)"
          fill="rgb(255 255 255 / 0.05)"
        />
      </g>
      {figures.map((figure) => (
        <Figure key={figure.color} {...figure} />
      ))}
    </svg>
  );
}

function Figure({ color, at, swing }: (typeof figures)[number]) {
  const [x, y, scale] = at;
  const s = swing * 26;
  const joints = {
    head: [0, 0],
    leftShoulder: [-19, 32],
    rightShoulder: [19, 32],
    leftElbow: [-33 - s * 0.15, 64],
    rightElbow: [33 - s * 0.15, 64],
    leftWrist: [-35 + s * 0.5, 95],
    rightWrist: [35 + s * 0.5, 95],
    leftHip: [-12, 98],
    rightHip: [12, 98],
    leftKnee: [-13 - s * 0.3, 146],
    rightKnee: [13 + s * 0.35, 146],
    leftAnkle: [-13 - s * 0.85, 195],
    rightAnkle: [13 + s * 0.55, 198],
  } as const;
  const line = (...names: readonly (keyof typeof joints)[]): string =>
    `M${names.map((name) => joints[name].join(' ')).join('L')}`;
  return (
    <g transform={`translate(${x} ${y}) scale(${scale})`} stroke={color} fill={color}>
      <g fill="none" strokeWidth="3.2" strokeLinecap="round" strokeLinejoin="round">
        <path d={line('leftWrist', 'leftElbow', 'leftShoulder', 'rightShoulder', 'rightElbow', 'rightWrist')} />
        <path d={line('leftAnkle', 'leftKnee', 'leftHip', 'rightHip', 'rightKnee', 'rightAnkle')} />
        <path d={`${line('leftShoulder', 'leftHip')}${line('rightShoulder', 'rightHip')}`} />
      </g>
      {Object.entries(joints).map(([name, [cx, cy]]) => (
        <circle key={name} cx={cx} cy={cy} r={name === 'head' ? 10 : 4} stroke="none" />
      ))}
    </g>
  );
}
