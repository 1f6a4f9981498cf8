import { mapSecretParameters } from './secret-parameters.js';

describe('secret parameters of an address', () => {
  it.each([
    ['http://10.0.0.5/cgi?user=admin&password=a/b?c==&x=1', 'http://10.0.0.5/cgi?user=***&password=***&x=1'],
    [
      'rtsp://10.0.0.5/user=admin&password=tl_x&channel=1&stream=0.sdp?real_stream',
      'rtsp://10.0.0.5/user=***&password=***&channel=1&stream=0.sdp?real_stream',
    ],
    [
      'rtsp://10.0.0.5/user=admin_password=tlJw_channel=1_stream=0.sdp',
      'rtsp://10.0.0.5/user=***_password=***_channel=1_stream=0.sdp',
    ],
    ['http://10.0.0.5/snap;token=abc;x=1#top', 'http://10.0.0.5/snap;token=***;x=1#top'],
    ['http://10.0.0.5/cgi?PWD=&loginuse=a', 'http://10.0.0.5/cgi?PWD=***&loginuse=***'],
    ['[rtsp] http://10.0.0.5/?passwd=x not found', '[rtsp] http://10.0.0.5/?passwd=*** not found'],
  ])('of %s are found', (text, masked) => {
    expect(mapSecretParameters(text, () => '***')).toBe(masked);
  });

  it.each([
    'rtsp://10.0.0.5/ch1?x=1&channel=2',
    'http://10.0.0.5/users?monkey=1&keyframe=2',
    'http://10.0.0.5/password/user',
  ])('are not seen in %s', (text) => {
    expect(mapSecretParameters(text, () => '***')).toBe(text);
  });
});
