/** What stands on the page when no catalog could be loaded, so in every language at once. */
export function NoWords() {
  return (
    <main style={{ padding: '14vh 24px', textAlign: 'center', lineHeight: 2 }}>
      <p>Sluice could not be loaded. Check the connection and reload the page.</p>
      <p lang="zh-Hans">Sluice 无法加载。请检查网络连接后刷新页面。</p>
      <p lang="zh-Hant">Sluice 無法載入。請檢查網路連線後重新整理頁面。</p>
      <p lang="ja">Sluice を読み込めませんでした。接続を確認して、ページを再読み込みしてください。</p>
    </main>
  );
}
