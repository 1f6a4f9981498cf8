/** Saves what is on the screen, picture and overlay together, in the picture's own size, as a PNG download. */
export function savePicture(shown: {
  readonly video: HTMLVideoElement | null;
  readonly canvas: HTMLCanvasElement;
  readonly name: string;
}): void {
  const { video, canvas } = shown;
  const hasPicture = video !== null && video.videoWidth > 0;
  const width = hasPicture ? video.videoWidth : canvas.width;
  const height = hasPicture ? video.videoHeight : canvas.height;
  const sheet = new OffscreenCanvas(width, height);
  const context = sheet.getContext('2d');
  if (context === null) return;
  context.fillStyle = '#07090a';
  context.fillRect(0, 0, width, height);
  if (hasPicture) context.drawImage(video, 0, 0);
  // The overlay covers the whole stage; the picture lies centred in it.
  const scale = Math.min(canvas.width / width, canvas.height / height);
  const left = (canvas.width - width * scale) / 2;
  const top = (canvas.height - height * scale) / 2;
  context.drawImage(canvas, left, top, width * scale, height * scale, 0, 0, width, height);
  void sheet.convertToBlob({ type: 'image/png' }).then((blob) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `${shown.name.replace(/[^\w.-]+/g, '-')}.png`;
    link.click();
    setTimeout(() => {
      URL.revokeObjectURL(link.href);
    }, 10_000);
  });
}
