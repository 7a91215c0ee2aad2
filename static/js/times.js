// "1 m ago" grows older while the page stays open.
const MINUTE = 60_000;

const refresh = () => {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const minutes = Math.floor((Date.now() - Date.parse(time.dateTime)) / MINUTE);
    if (minutes >= 1 && minutes < 60) time.textContent = document.body.dataset.ago.replace("%s", minutes);
  }
};

setInterval(refresh, MINUTE / 2);
document.addEventListener("visibilitychange", refresh);
