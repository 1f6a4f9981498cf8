import { analysisFilter, cameraPlan, filePlan, inputOptions } from './ffmpeg-arguments.js';

const shape = { source: { widthPx: 1280, heightPx: 720 }, analysis: { widthPx: 512, heightPx: 384 }, fps: 10 };
const sockets = { pixels: '/t/pixels', times: '/t/times', fragments: '/t/fragments' };
const raw = '[f=rawvideo:flush_packets=1]unix:/t/pixels|[f=framecrc:flush_packets=1]unix:/t/times';
const filter =
  "select='isnan(prev_selected_t)+not(eq(floor((t-start_t)*10+0.37),floor((prev_selected_t-start_t)*10+0.37)))'," +
  'scale=512:288:flags=bilinear,format=rgb24,pad=512:384:0:48:black';

describe('FFmpeg arguments', () => {
  it('scale and letterbox exactly as the geometry says, and pad only where needed', () => {
    expect(analysisFilter(shape)).toBe(filter);
    const even = { source: { widthPx: 640, heightPx: 480 }, analysis: { widthPx: 512, heightPx: 384 }, fps: 0 };
    expect(analysisFilter(even)).toBe('scale=512:384:flags=bilinear,format=rgb24');
  });

  it('of a file: decode once, pixels and times side by side, nothing but files opened', () => {
    expect(filePlan('/v/a b.mp4', shape, { ...sockets, pixels: '/t o/p|x' })).toEqual({
      input: 'file:/v/a b.mp4',
      inputOptions: [
        ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'repeat+warning', '-copyts'],
        ...['-protocol_whitelist', 'file', '-format_whitelist', expect.stringMatching(/^mov,mp4,.*apng$/) as string],
      ],
      outputs: [
        {
          target: '[f=rawvideo:flush_packets=1]unix:/t\\ o/p\\|x|[f=framecrc:flush_packets=1]unix:/t/times',
          options: [
            ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filter],
            ...['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-c:v', 'rawvideo', '-f', 'tee'],
          ],
        },
      ],
    });
  });

  it('of a camera: one input, its own stream in fragments and the raw frames on one time line', () => {
    const plan = cameraPlan({ url: 'rtsp://h/s', timeoutMs: 5000, lookMs: 1000, codec: 'h264' }, shape, sockets);
    expect(plan.inputOptions).toEqual([
      ...['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'repeat+warning', '-copyts', '-threads', '1'],
      ...['-rtsp_transport', 'tcp', '-timeout', '5000000', '-allowed_media_types', 'video'],
      ...['-analyzeduration', '1000000'],
    ]);
    expect(plan.outputs).toEqual([
      {
        target: 'unix:/t/fragments',
        options: [
          ...['-map', '0:v:0', '-an', '-sn', '-dn', '-c:v', 'copy', '-avoid_negative_ts', 'disabled'],
          ...[
            '-output_ts_offset',
            '10',
            '-use_editlist',
            '0',
            '-video_track_timescale',
            '90000',
            '-flush_packets',
            '1',
          ],
          ...['-movflags', 'frag_every_frame+empty_moov+default_base_moof+frag_discont', '-f', 'mp4'],
        ],
      },
      {
        target: raw,
        options: [
          ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filter, '-fps_mode', 'passthrough'],
          ...['-enc_time_base', '-1', '-output_ts_offset', '10', '-c:v', 'rawvideo', '-f', 'tee'],
        ],
      },
    ]);
  });

  it('encode again what browsers cannot play', () => {
    const plan = cameraPlan({ url: 'rtsp://h/s', timeoutMs: 5000, lookMs: 1000, codec: 'hevc' }, shape, sockets);
    expect(plan.outputs[0].options).toContain('libx264');
    expect(plan.outputs[0].options).not.toContain('copy');
  });

  it('give each kind of input its own limit of silence', () => {
    expect(inputOptions('http://h/s', 2500)).toEqual(['-rw_timeout', '2500000', '-analyzeduration', '1000000']);
    expect(inputOptions('http://h/s', 2500, 6000).at(-1)).toBe('6000000');
    expect(inputOptions('rtsps://h/s', 1)[3]).toBe('1000');
    expect(inputOptions('/v/a.mp4', 0)).not.toContain('-analyzeduration');
  });
});
